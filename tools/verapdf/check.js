// veraPDF's rules of PDF/UA-1 on each file named: a line "file, whether it conforms, how many checks", then a line for
// each check that failed. Run by the Rhino shell that veraPDF carries (tests/support/verapdf.py).
/* global Packages, java, arguments, print */
var verapdf = Packages.org.verapdf;
verapdf.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
var flavour = verapdf.pdfa.flavours.PDFAFlavour.PDFUA_1;
var foundry = verapdf.pdfa.Foundries.defaultInstance();
for (var number = 0; number < arguments.length; number++) {
  var parser = foundry.createParser(new java.io.FileInputStream(arguments[number]), flavour);
  var result = foundry.createValidator(flavour, false).validate(parser);
  print([arguments[number], result.isCompliant(), result.getTotalAssertions()].join("\t"));
  var failed = result.getTestAssertions().iterator();
  while (failed.hasNext()) {
    var one = failed.next();
    print(["", one.getRuleId().getClause(), one.getMessage(), one.getLocation().getContext()].join("\t"));
  }
  parser.close();
}
