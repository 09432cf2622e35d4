import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Vera FLAVOUR,… FILE…: one line for each file and flavour, then one for each failed rule. */
public class Vera {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (int i = 1; i < arguments.length; i++) {
            for (String name : arguments[0].split(",")) {
                PDFAFlavour flavour = PDFAFlavour.fromString(name);
                try (PDFAParser parser = Foundries.defaultInstance()
                        .createParser(new FileInputStream(arguments[i]), flavour)) {
                    ValidationResult result = Foundries.defaultInstance()
                            .createValidator(flavour, false).validate(parser);
                    System.out.println("RESULT " + name + " " + result.isCompliant());
                    for (TestAssertion one : result.getTestAssertions()) {
                        if (one.getStatus() == TestAssertion.Status.FAILED) {
                            System.out.println("FAILED " + one.getRuleId() + " " + one.getMessage());
                        }
                    }
                }
            }
        }
    }
}
