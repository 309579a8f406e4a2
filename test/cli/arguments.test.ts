import { expect } from 'chai';
import { readArguments } from '../../src/cli/arguments.js';
import { UsageError } from '../../src/cli/command.js';

describe('readArguments', () => {
  it('reads a document and the defaults', () => {
    expect(readArguments(['convert', 'a.xml'])).to.deep.equal({
      kind: 'convert',
      options: { inputs: ['a.xml'], format: 'json', pretty: false },
    });
  });

  it('reads every option', () => {
    const args =
      'convert - --bundle document --format=xml --sender s --time-zone America/New_York --mappings m --ledger l.json --trace t.json --pretty';
    expect(readArguments(args.split(' '))).to.deep.equal({
      kind: 'convert',
      options: {
        inputs: ['-'],
        bundle: 'document',
        format: 'xml',
        sender: 's',
        timeZone: 'America/New_York',
        mappings: 'm',
        ledger: 'l.json',
        trace: 't.json',
        pretty: true,
      },
    });
  });

  it('takes --trace=all with the file of the trace, or without one if there is --out', () => {
    const optionsOf = (line: string) => {
      const command = readArguments(line.split(' '));
      return command.kind === 'convert' ? [command.options.trace, command.options.traceAll] : [];
    };
    expect(optionsOf('convert a.xml --trace t.json --trace=all')).to.deep.equal(['t.json', true]);
    expect(optionsOf('convert a.xml --out o --trace=all')).to.deep.equal([true, true]);
    expect(optionsOf('convert a.xml --trace t.json')).to.deep.equal(['t.json', undefined]);
    expect(() => readArguments('convert a.xml --trace=all'.split(' '))).to.throw(/name its file, too/);
  });

  it('takes --ledger and --trace without a file if there is --out, so that the next word is a document', () => {
    expect(readArguments('convert --out o --ledger a.xml --trace b.xml'.split(' '))).to.deep.equal({
      kind: 'convert',
      options: { inputs: ['a.xml', 'b.xml'], format: 'json', pretty: false, out: 'o', ledger: true, trace: true },
    });
  });

  it('takes the words after -- as documents', () => {
    expect(readArguments(['convert', '--', '--odd.xml'])).to.have.nested.property('options.inputs[0]', '--odd.xml');
  });

  it('knows help and version', () => {
    expect(readArguments(['--help'])).to.deep.equal({ kind: 'help' });
    expect(readArguments(['convert', '-h'])).to.deep.equal({ kind: 'help' });
    expect(readArguments(['--version'])).to.deep.equal({ kind: 'version' });
  });

  const mistakes: Record<string, string> = {
    '': 'no command',
    'covert a.xml': 'unknown command covert; did you mean convert?',
    convert: 'no document',
    'convert a.xml b.xml': 'several documents need --out DIR',
    'convert a.xml --ledgr x': 'unknown option --ledgr; did you mean --ledger?',
    'convert a.xml --toString x': 'unknown option --toString',
    'convert a.xml -x': 'unknown option -x',
    'convert a.xml --bundle batch': '--bundle is transaction, document, collection; not batch',
    'convert a.xml --format yaml': '--format is json, xml; not yaml',
    'convert a.xml --time-zone Mars/Olympus': '--time-zone is an IANA zone such as America/New_York, or document',
    'convert a.xml --time-zone=-05:00': '--time-zone is an IANA zone',
    'convert a.xml --ledger': '--ledger needs a value',
    'convert a.xml --ledger --pretty': '--ledger needs a value',
    'convert a.xml --ledger=': '--ledger needs a value',
    'convert a.xml --pretty=yes': '--pretty takes no value',
    'convert a.xml --out o --ledger=x': '--ledger takes no value when there is --out',
  };
  for (const [line, message] of Object.entries(mistakes)) {
    it(`says "${message}" to: cairn ${line}`, () => {
      expect(() => readArguments(line.split(' ').filter(Boolean))).to.throw(UsageError, message);
    });
  }
});
