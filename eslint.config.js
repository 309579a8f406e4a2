import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';

const source = fileURLToPath(new URL('src/', import.meta.url));

/** A document walks through the rooms in this order; a room may import itself and earlier ones. */
const rooms = [
  ['when-needed.ts'],
  ['xml'],
  ['unwrap'],
  ['conversion.ts', 'option-error.ts'],
  ['xpath'],
  ['terminology'],
  ['cda'],
  ['fhir'],
  ['mapping'],
  ['provenance'],
  ['bundle'],
  ['convert.ts', 'time-zone-rule.ts'],
  ['index.ts'],
  ['service'],
  ['cli', 'cli.ts'],
];

function roomOf(file) {
  const [first] = relative(source, file).split('/');
  return rooms.findIndex((names) => names.includes(first));
}

/** Imports go from a later room to an earlier one, and a file outside every room is a mistake in the list above. */
const importDirection = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      later: '{{from}} may not import {{to}}: a room imports only earlier rooms.',
      unknown: '{{file}} belongs to no room: name it in eslint.config.js.',
    },
  },
  create(context) {
    const from = roomOf(context.filename);
    function check(node) {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string' || !specifier.startsWith('.')) return;
      const target = resolve(dirname(context.filename), specifier.replace(/\.js$/, '.ts'));
      if (roomOf(target) <= from) return;
      context.report({
        node,
        messageId: 'later',
        data: { from: relative(source, context.filename), to: relative(source, target) },
      });
    }
    return {
      Program(node) {
        if (from < 0) {
          context.report({ node, messageId: 'unknown', data: { file: relative(source, context.filename) } });
        }
      },
      ImportDeclaration: check,
      ImportExpression: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
    };
  },
};

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'out/', 'node_modules/', 'bench/node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // The tree is arrays indexed by numbers that come from those arrays: `!` says so without a check in the hot path.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `(name) => names.add(name)` is read more easily than the same in braces.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // A merge patch takes away keys that it names (RFC 7396).
      '@typescript-eslint/no-dynamic-delete': 'off',
      // Its author would rather have the builder installed as a package of its own; it is the same code.
      '@typescript-eslint/no-deprecated': [
        'error',
        { allow: [{ from: 'package', package: 'fast-xml-parser', name: 'XMLBuilder' }] },
      ],
      // Numbers in messages are what messages are made of.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { cairn: { rules: { 'import-direction': importDirection } } },
    rules: { 'cairn/import-direction': 'error' },
  },
  {
    // chai's assertions are properties: `expect(x).to.be.true`.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], extends: [tseslint.configs.base] },
);
