/** /docs: the OpenAPI description as one HTML page, made here, so that no script and nothing from outside is needed. */
import type { JsonSchema } from './route.js';

interface Described {
  readonly info: { readonly title: string; readonly version: string; readonly summary: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}

interface DescribedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { name: string; in: string; description: string; schema: JsonSchema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<Record<string, { description: string; content?: Readonly<Record<string, unknown>> }>>;
}

export function docsPage(description: JsonSchema): string {
  const { info, tags, paths } = description as unknown as Described;
  const sections = tags.map(({ name }) => {
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => operation.tags.includes(name) && !path.startsWith('/page/'))
        .map(([method, operation]) => operationHtml(method, path, operation)),
    );
    return `<section><h2>${escape(name)}</h2>${operations.join('')}</section>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)} · HTTP interface</title>
<link rel="icon" href="/page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page/page.css">
</head>
<body class="docs">
<header class="top"><a class="brand" href="/"><img src="/page/icon.svg" alt="" width="28" height="28"> ${escape(info.title)}</a>
<nav><a href="/">Try a document</a> <a href="/openapi.json">openapi.json</a></nav></header>
<main>
<h1>HTTP interface</h1>
<p class="lead">${escape(info.summary)}. Version ${escape(info.version)}.</p>
<pre tabindex="0"><code>curl --data-binary @document.xml -H 'Content-Type: application/xml' http://127.0.0.1:8080/convert</code></pre>
<p>Errors are OperationOutcome resources; every answer has an <code>X-Request-Id</code>.</p>
${sections.join('\n')}
</main>
</body>
</html>
`;
}

function operationHtml(method: string, path: string, operation: DescribedOperation): string {
  const { summary, description, parameters = [], requestBody, responses, security } = operation;
  return `<details class="operation" id="${escape(operation.operationId)}">
<summary><span class="method ${escape(method)}">${escape(method.toUpperCase())}</span> <code>${escape(path)}</code> <span class="what">${text(summary)}</span></summary>
${description === undefined ? '' : `<p>${text(description)}</p>`}
${security === undefined ? '' : '<p>Needs an API key or a bearer token.</p>'}
${requestBody === undefined ? '' : `<p>Body: ${codes(Object.keys(requestBody.content))}</p>`}
${parameters.length === 0 ? '' : table(['Parameter', 'In', 'Values', 'Meaning'], parameters.map(parameterCells))}
${table(
  ['Status', 'Meaning', 'Type'],
  Object.entries(responses).map(([status, response]) => [
    `<code>${escape(status)}</code>`,
    text(response.description),
    codes(Object.keys(response.content ?? {})),
  ]),
)}
</details>`;
}

function parameterCells({
  name,
  in: place,
  description,
  schema,
}: NonNullable<DescribedOperation['parameters']>[number]) {
  const items = schema.items as JsonSchema | undefined;
  const values = (schema.enum ?? items?.enum) as readonly string[] | undefined;
  return [
    `<code>${escape(name)}</code>`,
    escape(place),
    values === undefined ? escape(String(schema.type)) : codes(values),
    text(description),
  ];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((cell) => `<th scope="col">${escape(cell)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('');
  return `<div class="scroll" tabindex="0" role="group"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function codes(values: readonly string[]): string {
  return values.map((value) => `<code>${escape(value)}</code>`).join(' ');
}

/** Plain text in which `code` is code. */
function text(value: string): string {
  return escape(value).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function escape(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
