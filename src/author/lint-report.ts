/** The findings of `cairn lint` in the formats of other programs. */
import { lintRules, type LintFinding } from './finding.js';

/** SARIF 2.1.0, the format of code scanning. `at` turns a path inside the set into a path that the reader can open. */
export function sarifOf(findings: readonly LintFinding[], at: (file: string) => string, version: string): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'cairn lint',
            version,
            rules: [...lintRules].map(([id, text]) => ({ id, shortDescription: { text } })),
          },
        },
        results: findings.map(({ rule, severity, file, line, column, message }) => ({
          ruleId: rule,
          level: severity,
          message: { text: message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: at(file) },
                region: { startLine: line, startColumn: column },
              },
            },
          ],
        })),
      },
    ],
  };
}

/** A workflow command of GitHub Actions: GitHub shows the finding beside the line in a pull request. */
export function githubLine(
  { rule, severity, file, line, column, message }: LintFinding,
  at: (file: string) => string,
): string {
  const escaped = message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `::${severity} file=${at(file)},line=${line},col=${column},title=${rule}::${escaped}`;
}
