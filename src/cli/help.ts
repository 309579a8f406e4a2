import { commands } from './commands.js';

export const help = `Cairn converts C-CDA documents to FHIR R4 (US Core 6.1.0) Bundles.

  cairn convert FILE                      the Bundle goes to the standard output
  cairn convert - <FILE                   reads the standard input
  cairn convert FILE|DIR... --out DIR     one Bundle a document, on all cores; folders are searched
  cairn serve                             the HTTP service (cairn serve --help)
${[...commands.values()].map(({ summary }) => `  ${summary}\n`).join('')}
A FILE is a C-CDA document or an envelope around some: ZIP, XDM, X12 275, HL7 v2, FHIR, MIME, SOAP, gzip. One document gives
one Bundle, several give a Bundle a line, or with --out a file each.

Options
  --out DIR          writes DIR/<relative path>.json
  --bundle TYPE      transaction (default: PUT by id, loading is an upsert), document, collection
  --format FORMAT    json (default), xml
  --sender ID        the sender's folder in the mappings; else it is known by the custodian's or author's OID
  --time-zone ZONE   IANA zone for times without an offset, or document: the offset of the document's own date
  --us-core VERSION  the version of US Core that the Bundle follows: 6.1.0 (default), 8.0.1, 9.0.0;
                     6.1.0-ecr: 6.1.0 with the profiles of the eCR guide, for case reports
  --versioned-profiles    claims its profiles with that version
  --keep-repeats     a statement that is told twice becomes two resources; else one, and the ledger has the places
  --mappings DIR     another mapping set
  --terms FILE       a term pack (cairn terms build), or free, the one that comes with Cairn: adds codes that US Core wants, displays, the one form of units
  --units HOW        said (default), ucum (the one UCUM form; default with --terms), canonical (the unit of the test, too)
  --signatures HOW   keep (default), verify (digital signatures are judged and told as warnings), require (a document without a valid one is refused)
  --signature-anchors FILE   the certificates (PEM) of who may sign, or of their authorities; --signature-time DATE where a signature has no time
  --ledger FILE      every source fact that did not reach the Bundle, and why (with --out: no FILE, beside each Bundle)
  --trace FILE       of each value in the Bundle: the source line, the file and place of the rule (with --out: no FILE)
  --trace=all        beside it: with the facts that only decided
  --time-limit SECONDS    ends the conversion of a document that takes longer (default: 30)
  --max-output MEGABYTES  ends one whose Bundle becomes larger (default: 20 times the document, from 16 to 500)
  --pretty           indented output
  --help, --version

Exit status: 0 all converted, 1 otherwise. Errors are lines on the standard error: file:line:column: what.
`;
