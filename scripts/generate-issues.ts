/**
 * Writes docs/issues.md from the engine's table of issues and the codes that the packaged mapping set declares; a test
 * fails if it is older than them. `npx tsx scripts/generate-issues.ts`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { packagedMappings } from '../src/convert.js';
import { GRAVITIES, issueKinds } from '../src/xml/issue-codes.js';
import { gravityOf } from '../src/xml/issue-groups.js';

export const issuesFile = fileURLToPath(new URL('../docs/issues.md', import.meta.url));

const TITLES: Readonly<Record<(typeof GRAVITIES)[number], string>> = {
  fact: 'A fact is missing, or may not be what the document means',
  detail: 'A fact is in the result, with less than the document says',
  form: 'A fault of form, without loss',
};

/** The text of docs/issues.md. */
export async function issuesPage(): Promise<string> {
  const { codes } = JSON.parse(readFileSync(join(packagedMappings, 'issues.json'), 'utf8')) as {
    codes: Readonly<Record<string, string>>;
  };
  const all = [
    ...Object.entries(issueKinds).map(([code, { severity, means }]) => ({ code, severity, means, by: 'the engine' })),
    ...Object.entries(codes).map(([code, means]) => ({ code, severity: 'warning' as const, means, by: 'mappings' })),
  ];
  const tables = GRAVITIES.map((gravity) => {
    const rows = all
      .filter((issue) => gravityOf(issue) === gravity)
      .map(({ code, severity, means, by }) => `| \`${code}\` | ${severity} | ${by} | ${means} |`);
    return [
      `## ${TITLES[gravity]}`,
      '',
      '| code | severity | reported by | means |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  const page = `# Issues

Issues are what a reader of the result should know about the conversion of a document. The command line prints them, the service returns them
(\`?include=issues\`, and as counts in \`Cairn-Issues\`), the library gives them as \`issues\`. A text never quotes the document.

An issue has \`code\`, \`severity\`, \`text\` and a place (\`line\`, \`column\`, often \`path\`). \`also\` has other places that it is
about, such as the place that contradicts the first. If the engine reports the same warning (code and text) at several places, that
is one issue, with \`count\` and the first of the other places in \`repeats\`. So to count warnings, add up \`count\` (1 if it is
absent). Issues of mappings are never joined. The gravest issues come first.

This page is made by \`npx tsx scripts/generate-issues.ts\`.

${tables.join('\n\n')}
`;
  return format(page, { ...(await resolveConfig(issuesFile)), parser: 'markdown' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(issuesFile, await issuesPage());
