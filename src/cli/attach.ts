import { readFile } from 'node:fs/promises';
import { readCertificates } from '../attachment/certificates.js';
import { readResource } from '../attachment/read-resource.js';
import { SIGNATURE_RULES } from '../attachment/signature-rule.js';
import { submissionParameters, submitAttachments } from '../attachment/submit.js';
import { SubmissionError } from '../attachment/submission-error.js';
import { writeJson } from '../bundle/write-json.js';
import { UsageError } from './command.js';
import { loadConverter } from './document.js';
import { readCommandOptions } from './read-options.js';
import { print, type Modules, type Terminal } from './terminal.js';

export const help = `cairn attach PARAMETERS.json

Takes the Parameters of CDex's $submit-attachment (FHIR JSON or XML) as the service does: C-CDA documents are converted, FHIR
is taken as it is, anything else is kept. Prints an OperationOutcome, or everything that was made.

Options
  --bundle             Parameters with outcome, task and bundle (a transaction) instead of the outcome alone
  --signature RULE     ignore (default), present: attachments must be signed, verify: digital signatures are verified
  --certificates FILE  PEM file of the authorities whose certificates count
  --mappings DIR       another mapping set
  --terms FILE         a term pack (docs/terms.md)
  --pretty             indented output

Exit status: 0 taken, 1 otherwise.
`;

const OPTIONS = {
  bundle: { type: 'boolean' },
  signature: { type: 'string' },
  certificates: { type: 'string' },
  mappings: { type: 'string' },
  terms: { type: 'string' },
  pretty: { type: 'boolean' },
} as const;

export async function run(args: readonly string[], terminal: Terminal, modules: Modules): Promise<number> {
  const { values, positionals } = readCommandOptions(args, OPTIONS);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('name one file with the Parameters');
  const rule = values.signature ?? 'ignore';
  const signature = SIGNATURE_RULES.find((one) => one === rule);
  if (signature === undefined) throw new UsageError(`--signature is ${SIGNATURE_RULES.join(', ')}`);
  const trusted =
    values.certificates === undefined ? [] : readCertificates(await readFile(values.certificates, 'utf8'));
  const bytes = await readFile(file);
  const converter = await loadConverter(modules, values);
  try {
    const submitted = await submitAttachments(converter, readResource(bytes), { signature, trusted });
    const resource = values.bundle === true ? submissionParameters(submitted) : submitted.outcome;
    await print(terminal.stdout, `${writeJson(resource, values.pretty ?? false)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    const { message, expression, place } = error;
    const where = place.line > 0 ? ` (line ${place.line}, column ${place.column} of the document)` : '';
    await print(terminal.stderr, `${file}: ${expression === undefined ? '' : `${expression}: `}${message}${where}\n`);
    return 1;
  }
}
