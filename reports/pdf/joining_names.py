"""How a link says that it leads into another part of the same document."""

# No such host can exist (RFC 2606).
ELSEWHERE = "https://part.invalid/#"
