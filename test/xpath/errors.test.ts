import { expect } from 'chai';
import { vocabulary } from '../../src/cda/vocabulary.js';
import { compileSelector, type NodeFunction } from '../../src/xpath/compile.js';
import { SelectorError } from '../../src/xpath/selector-error.js';

const authors: NodeFunction = { minArguments: 0, maxArguments: 1, call: () => [] };
const options = {
  names: vocabulary,
  functions: new Map([['authors', authors]]),
  variables: new Map([['level', 'number']] as const),
};

describe('a selector with a mistake', () => {
  // The mistake is said to be where the caret stands.
  const cases: [selector: string, caret: string, message: string][] = [
    ['', '^', 'The selector is empty'],
    ['   ', '^', 'The selector is empty'],
    ['code/', '     ^', 'The selector ends too early'],
    ['code[', '     ^', 'The selector ends too early'],
    ["code[@code='1'", '              ^', 'The selector ends too early'],
    ['code]', '    ^', 'Unexpected ]'],
    ['code//[1]', '      ^', 'Unexpected ['],
    ['code code', '     ^', 'Unexpected code'],
    ['count(code,)', '           ^', 'Unexpected )'],
    ["@code = 'a' 'b'", '            ^', "Unexpected 'b'"],
    ["@code != ('a', 'b')", '             ^', 'Unexpected ,'],
    ["('a')=('a','b')=('c', 1)", '                    ^', 'Unexpected ,'],
    ["@code='1", '      ^', "The text that starts with ' does not end"],
    ["concat('', \"it's", '           ^', 'The text that starts with " does not end'],
    ["concat('#', a#b)", '             ^', 'Unexpected character #'],
    ['a ! b', '  ^', 'Unexpected character !'],
    ['code\0', '    ^', 'Unexpected character'],
    ['a/following::code', '  ^', 'The axis following is not supported'],
    ['namespace::code', '^', 'The axis namespace is not supported'],
    ['sibling::code', '^', 'XPath has no such axis; known are child, attribute'],
    ['code/comment()', '     ^', 'Comments and processing instructions'],
    ['code/processing-instruction()', '     ^', 'Comments and processing instructions'],
    ['code/sdtc:*', '     ^', 'sdtc:* is not supported; name the elements'],
    ['code/@sdtc:*', '     ^', 'sdtc:* is not supported; name the attributes'],
    ['efectiveTime/low', '^', 'CDA has no name efectiveTime; did you mean effectiveTime?'],
    ["code[@codeSytem='1']", '      ^', 'CDA has no name codeSytem; did you mean codeSystem?'],
    ['patient/child::deceasedInd', '               ^', 'CDA has no name deceasedInd; did you mean sdtc:deceasedInd?'],
    ['sdtc:routeCode', '^', 'CDA has no name sdtc:routeCode; did you mean routeCode?'],
    ['@xsi:typ', ' ^', 'CDA has no name xsi:typ; did you mean xsi:type?'],
    ['zzzzzzzz', '^', 'CDA has no name zzzzzzzz'],
    ['code/hl7:translation', '     ^', 'Unknown prefix hl7'],
    ['start-with(code, 1)', '^', 'Unknown function start-with(); did you mean starts-with?'],
    ['code[author()]', '     ^', 'Unknown function author(); did you mean authors?'],
    ['namespace-uri()', '^', 'namespace-uri() is not supported'],
    ["code[lang('en')]", '     ^', 'lang() is not supported'],
    ['$levl', '^', 'Unknown variable $levl; did you mean $level?'],
    ['concat(code)', '^', 'concat() takes 2 or more arguments, not 1'],
    ['not()', '^', 'not() takes 1 argument, not 0'],
    ['substring(code)', '^', 'substring() takes 2 to 3 arguments, not 1'],
    ['string(code, id)', '             ^', 'string() takes 0 to 1 arguments, not 2'],
    ['authors(code, id)', '              ^', 'authors() takes 0 to 1 arguments, not 2'],
    ["count('a')", '      ^', 'Nodes are expected here, not a string'],
    ['sum(1)', '    ^', 'Nodes are expected here, not a number'],
    ["authors('a')", '        ^', 'Nodes are expected here, not a string'],
    ['code | 1', '       ^', 'Nodes are expected here, not a number'],
    ['(1 = 2)/code', ' ^', 'Nodes are expected here, not a boolean'],
    ['$level/code', '^', 'Nodes are expected here, not a number'],
  ];
  for (const [selector, caret, message] of cases) {
    it(`is refused where it is: ${selector}`, () => {
      let error: unknown;
      try {
        compileSelector(selector, options);
      } catch (caught) {
        error = caught;
      }
      expect(error).to.be.instanceOf(SelectorError);
      expect((error as SelectorError).message.slice(0, message.length)).to.equal(message);
      expect((error as SelectorError).offset).to.equal(caret.length - 1);
    });
  }

  it('says that there are no variables if a selector uses one', () => {
    expect(() => compileSelector('$level', { names: vocabulary })).to.throw('there are none here');
  });
});
