/* A file dropped anywhere on the form, or a picture pasted into the page, goes into the file input.
   The form works without this file: choose a file and send it. */
const form = document.querySelector("form[data-drop]");
const input = form && document.getElementById(form.dataset.drop);

function take(file, name) {
  const files = new DataTransfer();
  files.items.add(name ? new File([file], name, { type: file.type }) : file);
  input.files = files.files;
  const title = form.elements.title;
  if (title && !title.value) title.value = name ? form.dataset.pasted : file.name;
  if (name && form.elements.kind) form.elements.kind.value = "screenshot";
  input.focus();
}
function pasted(event) {
  const picture = [...event.clipboardData.files].find((file) => file.type.startsWith("image/"));
  if (!picture) return;
  event.preventDefault();
  const time = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  take(picture, `screenshot-${time}.${picture.type.split("/")[1].replace(/[^a-z0-9]/g, "")}`);
}
function dropped(event) {
  const file = event.dataTransfer.files[0];
  if (!file) return;
  event.preventDefault();
  take(file, "");
}

if (input) {
  document.addEventListener("paste", pasted);
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", dropped);
}
