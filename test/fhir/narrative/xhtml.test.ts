import { expect } from 'chai';
import { toXhtml } from '../../../src/fhir/narrative/xhtml.js';
import type { XhtmlOptions } from '../../../src/fhir/narrative/writing.js';
import { readingOf } from '../../reading-of.js';

const OUTSIDE = /^<div xmlns="http:\/\/www\.w3\.org\/1999\/xhtml">([^]*)<\/div>$/;

/** What stands in the div that becomes of a section's text. */
function xhtml(content: string, options?: XhtmlOptions): string | undefined {
  const { reading, root } = readingOf(`<text>${content}</text>`);
  const div = toXhtml(reading, root, options);
  return div === undefined ? undefined : (OUTSIDE.exec(div)?.[1] ?? div);
}

/** Content that has to come out as it went in. */
function unchanged(content: string): void {
  expect(xhtml(content)).to.equal(content);
}

describe('The XHTML of a section', () => {
  it('has paragraphs, content, breaks, sub- and superscripts (guidance-76, -77, -80, -81)', () => {
    expect(xhtml('<paragraph>H<sub>2</sub>O <content>10<sup>3</sup></content><br/>x</paragraph>')).to.equal(
      '<p>H<sub>2</sub>O <span>10<sup>3</sup></span><br/>x</p>',
    );
  });

  it('has lists, ordered or not, with their caption before them (guidance-78, -79, -82)', () => {
    expect(xhtml('<list><item>a</item><item>b</item></list>')).to.equal('<ul><li>a</li><li>b</li></ul>');
    expect(
      xhtml('<list listType="ordered" styleCode="LittleRoman"><caption>Do</caption><item>a</item></list>'),
    ).to.equal('<p style="font-weight: bold">Do</p><ol style="list-style-type: lower-roman"><li>a</li></ol>');
  });

  it('has tables with all of their parts, the caption first (guidance-82, -88)', () => {
    unchanged(
      '<table border="1" width="100%"><caption>Labs</caption><colgroup><col width="20%"/></colgroup><thead><tr><th align="left">A</th></tr></thead>' +
        '<tbody><tr><td colspan="2" rowspan="2">1</td></tr></tbody></table>',
    );
    expect(xhtml('<table><col/><caption>C</caption><tr><td>1</td></tr></table>')).to.equal(
      '<table><caption>C</caption><col/><tr><td>1</td></tr></table>',
    );
  });

  it('leaves out attributes that FHIR does not know, and invalid values', () => {
    expect(
      xhtml(
        '<table border="yes" bgcolor="red" onclick="run()"><tr><td width="3" colspan="two" scope="row">1</td></tr></table>',
      ),
    ).to.equal('<table><tr><td scope="row">1</td></tr></table>');
  });

  it('shows style codes, and keeps those of the sender as classes (guidance-86)', () => {
    expect(xhtml('<content styleCode="Bold xLabel Italics">a</content>')).to.equal(
      '<span class="xLabel" style="font-weight: bold; font-style: italic">a</span>',
    );
    expect(xhtml('<table><tr><td styleCode="Rrule Botrule">a</td></tr></table>')).to.contain(
      '<td style="border-right: 1px solid; border-bottom: 1px solid">',
    );
  });

  it('keeps IDs that XML allows, each once (guidance-87)', () => {
    expect(xhtml('<content ID="a">1</content><content ID="a">2</content><content ID="3 4">3</content>')).to.equal(
      '<span id="a">1</span><span>2</span><span>3</span>',
    );
  });

  it('links to the web and within the text, and nowhere else (guidance-83)', () => {
    expect(xhtml('<linkHtml href="https://example.org/?a=1&amp;b=2">x</linkHtml>')).to.equal(
      '<a href="https://example.org/?a=1&amp;b=2">x</a>',
    );
    expect(xhtml('<linkHtml href="https://example.org/"/>')).to.equal(
      '<a href="https://example.org/">https://example.org/</a>',
    );
    expect(xhtml('<content ID="a">1</content><linkHtml href="#a">x</linkHtml>')).to.equal(
      '<span id="a">1</span><a href="#a">x</a>',
    );
    for (const href of [
      '#none',
      'javascript:run()',
      'ftp://example.org',
      'JaVaScRiPt:x',
      ' javascript:x',
      'data:text/html,x',
      'a.html',
    ]) {
      expect(xhtml(`<linkHtml href="${href}">x</linkHtml>`)).to.equal('<span>x</span>');
    }
  });

  it('numbers footnotes and finds them from their references (guidance-84)', () => {
    expect(xhtml('<paragraph>5<footnoteRef IDREF="f"/></paragraph><footnote ID="f">late</footnote>')).to.equal(
      '<p>5<sup><a href="#f">[1]</a></sup></p><span id="f" style="font-size: smaller"><sup>[1]</sup> late</span>',
    );
    expect(xhtml('a<footnoteRef IDREF="g"/>')).to.equal('a');
  });

  it('shows an image if its address is known, else the words for it (guidance-85)', () => {
    const media = '<renderMultiMedia referencedObject="m"><caption>Left hand</caption></renderMultiMedia>';
    expect(xhtml(media, { images: (id) => (id === 'm' ? '#m' : undefined) })).to.equal(
      '<img src="#m" alt="Left hand"/>',
    );
    expect(xhtml(media)).to.equal('<span>[Left hand]</span>');
  });

  it('shows what a revision inserted and deleted', () => {
    expect(xhtml('<content revised="delete">two</content><content revised="insert">one</content>')).to.equal(
      '<span style="text-decoration: line-through">two</span><span style="text-decoration: underline">one</span>',
    );
  });

  it('escapes special characters, however they were written', () => {
    expect(xhtml('a &lt; b &amp; c <![CDATA[<script>&]]> &#60;<!-- no --> "q"')).to.equal(
      'a &lt; b &amp; c &lt;script&gt;&amp; &lt; &quot;q&quot;',
    );
    expect(xhtml(`<table summary='"&lt;'><tr><td abbr="&quot;&#60;">x</td></tr></table>`)).to.equal(
      '<table summary="&quot;&lt;"><tr><td abbr="&quot;&lt;">x</td></tr></table>',
    );
  });

  it('keeps XHTML that senders write, unwraps what FHIR lacks, and throws out what could run', () => {
    unchanged('<h1>A</h1><b>b</b> <i>c</i><hr/><pre>d</pre>');
    expect(xhtml('<B>a</B><BR/><u>b</u> <blink>c</blink>')).to.equal(
      '<b>a</b><br/><span style="text-decoration: underline">b</span> c',
    );
    expect(xhtml('<div xmlns="http://www.w3.org/1999/xhtml" style="color: red" onload="x()">a</div>')).to.equal(
      '<div style="color: red">a</div>',
    );
    expect(xhtml('<script>run()</script><style>b</style><iframe src="x">c</iframe>d')).to.equal('d');
    expect(xhtml('<content style="background: url(javascript:x)">a</content>')).to.equal('<span>a</span>');
    expect(xhtml('a<img src="https://example.org/x.png" alt="Scan"/>')).to.equal('a<span>[Scan]</span>');
  });

  it('moves elements to where XHTML allows them', () => {
    expect(xhtml('<table><tr>loose<td>1</td></tr>text</table>')).to.equal(
      '<table><tr><td>loose</td><td>1</td></tr><tr><td>text</td></tr></table>',
    );
    expect(xhtml('<list>loose<item>a</item></list>')).to.equal('<ul><li>loose</li><li>a</li></ul>');
    expect(xhtml('<tr><td>1</td></tr><item>a</item>')).to.equal(
      '<table><tbody><tr><td>1</td></tr></tbody></table><ul><li>a</li></ul>',
    );
    expect(xhtml('<paragraph>a<list><item>b</item></list></paragraph>')).to.equal('<div>a<ul><li>b</li></ul></div>');
    expect(xhtml('<content>a<table><tr><td>1</td></tr></table></content>')).to.equal(
      '<div>a<table><tr><td>1</td></tr></table></div>',
    );
    expect(xhtml('a<table><tbody><tr/></tbody></table><list/><content/>')).to.equal('a');
  });

  it('keeps white space between words, and none between blocks', () => {
    expect(xhtml('\n <content>a</content>\n <content>b</content>\n <paragraph>c</paragraph>\n')).to.equal(
      '<span>a</span> <span>b</span><p>c</p>',
    );
  });

  it('carries the language and the style of the whole text', () => {
    const { reading, root } = readingOf('<text language="en-US" ID="t" styleCode="xA">a</text>');
    expect(toXhtml(reading, root)).to.equal(
      '<div xmlns="http://www.w3.org/1999/xhtml" id="t" lang="en-US" class="xA">a</div>',
    );
  });

  it('is absent if nothing is visible', () => {
    expect(xhtml('')).to.equal(undefined);
    expect(xhtml(' <paragraph> &#160; </paragraph><table><tr><td/></tr></table><br/>')).to.equal(undefined);
  });
});
