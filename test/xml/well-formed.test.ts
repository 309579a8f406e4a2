import { expect } from 'chai';
import { documentError, names, parse, refusal } from './document.js';
import { parseXml } from '../../src/xml/parse.js';
import { defaultLimits } from '../../src/xml/limits.js';

/** What is wrong, the document, and line, column and message of the error. */
const cases: readonly (readonly [string, string, string])[] = [
  ['an empty document', '', '1:1 the document is empty'],
  ['white space alone', ' \n ', '2:2 the document has no element'],
  ['comments alone', '<!-- c -->', '1:11 the document has no element'],
  ['text before the root', 'x<a/>', '1:1 a document must begin with "<"'],
  ['a CDATA section before the root', '<![CDATA[]]><a/>', '1:1 a "<" that begins no tag must be written &lt;'],
  ['an end tag before the root', '\n</a>', '2:1 a "<" that begins no tag must be written &lt;'],
  ['text behind the root', '<a/>\n x', '2:2 nothing but comments may follow the root element'],
  ['a second root', '<a/><b/>', '1:5 nothing but comments may follow the root element'],
  [
    'a root that is not closed',
    '<a>\n<b>\n</b>',
    '3:5 the document ends before the end tag of the element (line 1, column 1)',
  ],
  ['the wrong end tag', '<a>\r\n <b>\r\n </a>', '3:2 the end tag must be that of the element (line 2, column 2)'],
  ['an end tag that goes on', '<a></ab>', '1:4 the end tag must be that of the element (line 1, column 1)'],
  ['an end tag that stops short', '<ab></a>', '1:5 the end tag must be that of the element (line 1, column 1)'],
  ['an end tag in other letters', '<a></A>', '1:4 the end tag must be that of the element (line 1, column 1)'],
  [
    'an end tag with space before its name',
    '<a></ a>',
    '1:4 the end tag must be that of the element (line 1, column 1)',
  ],
  ['an end tag with an attribute', '<a></a b="">', '1:8 an end tag must end with ">"'],
  [
    'the same prefix name in another spelling',
    '<x:a xmlns:x="u" xmlns:y="u"></y:a>',
    '1:30 the end tag must be that of the element (line 1, column 1)',
  ],
  ['a bare "<"', '<a>1 < 2</a>', '1:6 a "<" that begins no tag must be written &lt;'],
  ['a name that begins with a digit', '<a><1/></a>', '1:4 a "<" that begins no tag must be written &lt;'],
  ['a character that names do not have', '<a$/>', '1:3 an attribute, ">" or "/>" must stand here'],
  ['a tag in a tag', '<a <b/></a>', '1:4 an attribute, ">" or "/>" must stand here'],
  ['a slash without ">"', '<a / >', '1:4 an attribute, ">" or "/>" must stand here'],
  ['an attribute without value', '<a b>', '1:5 an attribute must have "=" and a value'],
  ['an attribute without quotes', '<a b=c>', '1:6 the value of an attribute must stand in quotes'],
  ['attributes without space between', '<a b="1"c="2"/>', '1:9 white space must stand before an attribute'],
  ['a "<" in an attribute', '<a b="x<y"/>', '1:8 "<" in an attribute must be written &lt;'],
  ['an attribute that does not end', '<a b="x>\n</a>', '2:1 "<" in an attribute must be written &lt;'],
  ['a document that ends in an attribute', '<a b="x>\n', '2:1 the document ends inside an attribute'],
  ['a document that ends in a tag', '<a b', '1:5 the document ends inside a tag'],
  ['a document that ends in an end tag', '<a></a', '1:7 the document ends inside a tag'],
  ['an attribute given twice', '<a b="1"\n b="2"/>', '2:2 an attribute is given twice in one tag'],
  [
    'an attribute given twice by two prefixes',
    '<a x:b="1" y:b="2" xmlns:x="u" xmlns:y="u"/>',
    '1:12 an attribute is given twice in one tag',
  ],
  ['a character that XML does not have, in text', '<a>x\x01</a>', '1:5 the character U+0001 is not allowed in XML'],
  [
    'a character that XML does not have, in an attribute',
    '<a b="\x1F"/>',
    '1:7 the character U+001F is not allowed in XML',
  ],
  [
    'a character that XML does not have, in a comment',
    '<a><!-- \0 --></a>',
    '1:9 the character U+0000 is not allowed in XML',
  ],
  [
    'a character that XML does not have, in CDATA',
    '<a><![CDATA[\uFFFE]]></a>',
    '1:13 the character U+FFFE is not allowed in XML',
  ],
  [
    'a character that XML does not have, in an instruction',
    '<a><?p \uFFFF?></a>',
    '1:8 the character U+FFFF is not allowed in XML',
  ],
  ['a lone surrogate', '<a>\uD83D</a>', '1:4 the character U+D83D is not allowed in XML'],
  ['a lone low surrogate', '<a>\uDE42\uD83D</a>', '1:4 the character U+DE42 is not allowed in XML'],
  ['a byte order mark within', '<a/>\uFEFF', '1:5 nothing but comments may follow the root element'],
  ['"]]>" in text', '<a>x]]]></a>', '1:6 "]]>" in text must be written ]]&gt;'],
  ['a CDATA section that does not end', '<a><![CDATA[x</a>', '1:4 the CDATA section does not end'],
  ['CDATA in small letters', '<a><![cdata[x]]></a>', '1:4 only a comment or a CDATA section may begin with "<!" here'],
  ['a comment with "--"', '<a><!-- x -- y --></a>', '1:11 a comment must not hold "--"'],
  ['a comment with three dashes', '<a><!-- x ---></a>', '1:11 a comment must not hold "--"'],
  ['a comment that does not end', '<a>\n<!-- x</a>', '2:1 the comment does not end'],
  ['an instruction that does not end', '<a><?p </a>', '1:4 the processing instruction does not end'],
  ['an instruction without name', '<a><? p?></a>', '1:4 a processing instruction must begin with a name'],
  [
    'an instruction with a broken name',
    '<a><?p+?></a>',
    '1:7 white space must follow the name of a processing instruction',
  ],
  ['an instruction with a colon', '<a><?p:q?></a>', '1:4 the name of a processing instruction must not hold a colon'],
  [
    'an XML declaration behind a line',
    '\n<?xml version="1.0"?><a/>',
    '2:1 the XML declaration may stand only at the very start of the document',
  ],
  [
    'an XML declaration inside',
    '<a><?xml version="1.0"?></a>',
    '1:4 the XML declaration may stand only at the very start of the document',
  ],
  [
    'a second XML declaration',
    '<?xml version="1.0"?><?XML version="1.0"?><a/>',
    '1:22 the XML declaration may stand only at the very start of the document',
  ],
  [
    'an XML declaration without version',
    '<?xml encoding="UTF-8"?><a/>',
    '1:1 the XML declaration must be like <?xml version="1.0" encoding="UTF-8"?>',
  ],
  [
    'an XML declaration of version 2',
    '<?xml version="2.0"?><a/>',
    '1:1 the XML declaration must be like <?xml version="1.0" encoding="UTF-8"?>',
  ],
  [
    'an XML declaration in another order',
    '<?xml version="1.0" standalone="yes" encoding="UTF-8"?><a/>',
    '1:1 the XML declaration must be like <?xml version="1.0" encoding="UTF-8"?>',
  ],
  [
    'an entity that is not declared',
    '<a>x &nbsp; y</a>',
    '1:6 the entity is not declared: only &lt; &gt; &amp; &quot; &apos; and character references are known',
  ],
  [
    'an entity in capitals',
    '<a b="&LT;"/>',
    '1:7 the entity is not declared: only &lt; &gt; &amp; &quot; &apos; and character references are known',
  ],
  ['a bare "&"', '<a>Smith & Co</a>', '1:10 an "&" that begins no reference must be written &amp;'],
  ['an "&" at the end', '<a>&', '1:4 an "&" that begins no reference must be written &amp;'],
  ['an entity without semicolon', '<a>&amp</a>', '1:4 an "&" that begins no reference must be written &amp;'],
  [
    'a character reference without digits',
    '<a>&#;</a>',
    '1:4 a character reference must be digits and a semicolon: &#233; or &#xE9;',
  ],
  [
    'a character reference with other digits',
    '<a>&#1a;</a>',
    '1:4 a character reference must be digits and a semicolon: &#233; or &#xE9;',
  ],
  [
    'a character reference with a capital X',
    '<a>&#X41;</a>',
    '1:4 a character reference must be digits and a semicolon: &#233; or &#xE9;',
  ],
  [
    'a character reference without semicolon',
    '<a>&#65 </a>',
    '1:4 a character reference must be digits and a semicolon: &#233; or &#xE9;',
  ],
  ['a reference to NUL', '<a>&#0;</a>', '1:4 the character reference names a character that is not allowed in XML'],
  [
    'a reference to half a pair',
    '<a b="&#xD83D;"/>',
    '1:7 the character reference names a character that is not allowed in XML',
  ],
  [
    'a reference beyond Unicode',
    '<a>&#x110000;</a>',
    '1:4 the character reference names a character that is not allowed in XML',
  ],
  [
    'a reference far beyond Unicode',
    `<a>&#${'9'.repeat(400)};</a>`,
    '1:4 the character reference names a character that is not allowed in XML',
  ],
  ['a prefix that is not declared', '<a>\n<b:c/></a>', '2:2 a namespace prefix is not declared'],
  ['an attribute prefix that is not declared', '<a b="" c:d=""/>', '1:9 a namespace prefix is not declared'],
  ['two colons', '<a:b:c xmlns:a="u"/>', '1:2 a name may have one colon, between its prefix and its local part'],
  ['a colon first', '<:a/>', '1:2 a name may have one colon, between its prefix and its local part'],
  ['a colon last', '<a b:=""/>', '1:4 a name may have one colon, between its prefix and its local part'],
  [
    'a local part that begins with a digit',
    '<a:1 xmlns:a="u"/>',
    '1:2 a name may have one colon, between its prefix and its local part',
  ],
  [
    'a declaration without prefix',
    '<a xmlns:="u"/>',
    '1:4 a name may have one colon, between its prefix and its local part',
  ],
  [
    'a prefix that begins with a digit',
    '<a xmlns:1="u"/>',
    '1:4 a name may have one colon, between its prefix and its local part',
  ],
  ['a declaration given twice', '<a xmlns:b="u" xmlns:b="v"/>', '1:16 a namespace is declared twice in one tag'],
  ['a default namespace given twice', '<a xmlns="u" xmlns="u"/>', '1:14 a namespace is declared twice in one tag'],
  ['an empty declaration', '<a xmlns:b=""/>', '1:4 a namespace prefix cannot be declared empty'],
  ['a declared xmlns', '<a xmlns:xmlns="u"/>', '1:4 the prefix xmlns cannot be declared'],
  ['an element in xmlns', '<xmlns:a/>', '1:2 the prefix xmlns is reserved for namespace declarations'],
  [
    'another namespace for xml',
    '<a xmlns:xml="u"/>',
    '1:4 the prefix xml and its namespace belong to each other alone',
  ],
  [
    'another prefix for the namespace of xml',
    '<a xmlns:b="http://www.w3.org/XML/1998/namespace"/>',
    '1:4 the prefix xml and its namespace belong to each other alone',
  ],
  [
    'a prefix for the namespace of xmlns',
    '<a xmlns="http://www.w3.org/2000/xmlns/"/>',
    '1:4 the namespace of xmlns cannot be declared',
  ],
];

describe('well-formedness', () => {
  for (const [what, source, error] of cases) {
    it(`refuses ${what}, and says where`, () => {
      expect(refusal(source)).to.equal(error);
      expect(documentError(() => parse(source)).code).to.equal('structure');
    });
  }

  it('refuses a DOCTYPE as not supported', () => {
    for (const source of ['<!DOCTYPE a><a/>', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']) {
      const error = documentError(() => parse(`<?xml version="1.0"?>\n ${source}`));
      expect([error.code, error.line, error.column]).to.deep.equal(['not-supported', 2, 2]);
    }
    expect(documentError(() => parse('<a/><!DOCTYPE a>')).code).to.equal('not-supported');
  });

  it('refuses quoted-printable by its name', () => {
    for (const source of ['<?xml version=3D"1.0"?><a/>', "<a>\n<b c=3D'd'/></a>"]) {
      const error = documentError(() => parse(source));
      expect(error.code).to.equal('not-supported');
      expect(error.message).to.contain('quoted-printable');
    }
    expect(refusal("<a>\n<b c=3D'd'/></a>")).to.match(/^2:6 /);
  });

  it('counts CR LF, LF and CR as one line end each, and columns in UTF-16 units', () => {
    expect(refusal('<a>\r\n\r\n\n\r\u{1F642}é&</a>')).to.match(/^5:4 /);
  });

  it('never quotes text or attribute values', () => {
    for (const source of [
      '<a>Jane Doe & Co</a>',
      '<a b="Jane<Doe"/>',
      '<a b="&Jane;"/>',
      '<a b=Jane/>',
      'Jane<a/>',
      '<a/>Jane',
    ]) {
      expect(refusal(source)).not.to.contain('Jane');
    }
  });

  it('refuses a document that is cut off, wherever it is cut', () => {
    const whole =
      '<?xml version="1.0"?><!--c--><a b=\'&lt;\' xmlns:c="u"><c:d>t&#65;<![CDATA[x]]></c:d><?p q?><e/></a>';
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseXml(whole.slice(0, length), names, defaultLimits), `${length}`)
        .to.throw()
        .with.property('name', 'DocumentError');
    }
    expect(() => parse(whole)).not.to.throw();
  });
});
