import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import tseslint from 'typescript-eslint';

const { TypeFlags } = ts;

const source = fileURLToPath(new URL('src/', import.meta.url));

/** A document walks through the rooms in this order; a room may import itself and earlier ones. */
const rooms = [
  ['when-needed.ts', 'own-value.ts', 'once.ts', 'version.ts', 'json-place.ts', 'little-garbage.ts'],
  ['xml'],
  ['unwrap'],
  ['conversion.ts', 'option-error.ts', 'read-json-file.ts', 'limit-error.ts', 'deadline.ts'],
  ['signature'],
  ['xpath'],
  ['terminology'],
  ['cda'],
  ['fhir'],
  ['mapping'],
  ['provenance'],
  ['bundle'],
  ['terms'],
  ['store'],
  ['delivery'],
  ['search'],
  ['category'],
  ['record'],
  ['purpose'],
  ['convert.ts', 'convert-each.ts', 'examine.ts', 'time-zone-rule.ts'],
  ['author'],
  ['attachment'],
  ['measure'],
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

/**
 * A plain object answers to `constructor`, `toString` and `__proto__` although nobody put them there, and a document may
 * say such a word wherever it says anything. So no object is looked up by a text: a Map is, or an object without a
 * prototype, or what `Object.hasOwn` was asked about. Names of a closed list (`'low' | 'high'`) are no such text, nor are
 * the keys that a `for … in` of the object itself gives.
 */
const noLookupByText = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      lookup: 'A look-up in a plain object by a text also finds what all objects inherit: take a Map, or ownValue().',
      inherited: '`in` also finds what all objects inherit: take a Map, or Object.hasOwn().',
    },
  },
  create(context) {
    const { parserServices: services } = context.sourceCode;
    const checker = services.program.getTypeChecker();
    const typeOf = (node) => checker.getTypeAtLocation(services.esTreeNodeToTSNodeMap.get(node));
    /** Whether a value can be any text at all. */
    function isAnyText(node) {
      const type = typeOf(node);
      const types = type.isUnion() ? type.types : [type];
      return types.some((one) => (one.flags & (TypeFlags.String | TypeFlags.TemplateLiteral | TypeFlags.Any)) !== 0);
    }
    /** A list; or a resource in the making, whose names come from mappings that were checked: no table of one kind of value. */
    function isNoTable(node) {
      const type = checker.getNonNullableType(typeOf(node));
      const types = type.isUnion() ? type.types : [type];
      return types.every((one) => {
        const value = one.getStringIndexType();
        if (value !== undefined) return (value.flags & TypeFlags.Unknown) !== 0;
        return one.getNumberIndexType() !== undefined;
      });
    }
    /** Whether the key is that of a `for (const key in object)` over the same object. */
    function isOwnKey(object, key) {
      if (key.type !== 'Identifier') return false;
      const wanted = context.sourceCode.getText(object).replace(/^\(?(\w+)\b.*$/s, '$1');
      for (let scope = context.sourceCode.getScope(key); scope !== null; scope = scope.upper) {
        const loop = scope.set.get(key.name)?.defs[0]?.node.parent?.parent;
        if (loop !== undefined && loop !== null)
          return loop.type === 'ForInStatement' && context.sourceCode.getText(loop.right) === wanted;
      }
      return false;
    }
    /** `Object.hasOwn(table, name) ? table[name] : …` */
    function isAskedFor({ parent, object, property }) {
      const [table, name] = [object, property].map((part) => context.sourceCode.getText(part));
      return (
        parent.type === 'ConditionalExpression' &&
        context.sourceCode.getText(parent.test) === `Object.hasOwn(${table}, ${name})`
      );
    }
    return {
      'MemberExpression[computed=true]'(node) {
        if (!isAnyText(node.property) || isNoTable(node.object) || isOwnKey(node.object, node.property)) return;
        if (isAskedFor(node)) return;
        context.report({ node, messageId: 'lookup' });
      },
      "BinaryExpression[operator='in']"(node) {
        if (isAnyText(node.left)) context.report({ node, messageId: 'inherited' });
      },
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
    plugins: { cairn: { rules: { 'import-direction': importDirection, 'no-lookup-by-text': noLookupByText } } },
    rules: { 'cairn/import-direction': 'error', 'cairn/no-lookup-by-text': 'error' },
  },
  {
    // chai's assertions are properties: `expect(x).to.be.true`.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], extends: [tseslint.configs.base] },
);
