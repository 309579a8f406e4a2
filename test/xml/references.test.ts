import { expect } from 'chai';
import { decodeAttribute, decodeText } from '../../src/xml/references.js';

describe('decodeText', () => {
  it('resolves the five entities and character references', () => {
    expect(decodeText('&lt;&gt;&amp;&quot;&apos;&#65;&#x1F642;&#x00e9;')).to.equal('<>&"\'A🙂é');
  });

  it('resolves each reference once', () => {
    expect(decodeText('&amp;lt;')).to.equal('&lt;');
  });

  it('unwraps CDATA sections, in which nothing is a reference', () => {
    expect(decodeText('a<![CDATA[<b>&amp;<!-- c -->]]>d<![CDATA[]]]]><![CDATA[>]]>')).to.equal(
      'a<b>&amp;<!-- c -->d]]>',
    );
  });

  it('leaves out comments and processing instructions', () => {
    expect(decodeText('one<!-- & <two> -->, <?three >?>four')).to.equal('one, four');
  });

  it('turns every line end into a line feed, but not a carriage return that is a reference', () => {
    expect(decodeText('a\r\nb\rc\nd\r\r\ne&#13;f<![CDATA[\r\n]]>')).to.equal('a\nb\nc\nd\n\ne\rf\n');
    expect(decodeText('a\r\nb\r')).to.equal('a\nb\n');
  });
});

describe('decodeAttribute', () => {
  it('turns each line end and tab into one space', () => {
    expect(decodeAttribute('a\r\nb\rc\nd\te')).to.equal('a b c d e');
  });

  it('keeps white space that is written as a reference, and does not trim', () => {
    expect(decodeAttribute(' a&#10;&#9;&#xD;b ')).to.equal(' a\n\t\rb ');
  });

  it('resolves references', () => {
    expect(decodeAttribute('&quot;x &lt; y&quot; &amp;amp; z')).to.equal('"x < y" &amp; z');
  });
});
