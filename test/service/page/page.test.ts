import { expect } from 'chai';
import axe from 'axe-core';
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { hashOfKey } from '../../../src/service/auth/keys.js';
import { document as fakeDocument, post, realConverter, startHarness, type Harness } from '../harness.js';
import { launchChromium } from './chromium.js';

const visit = new URL('../../../samples/visit-summary.xml', import.meta.url);
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

describe('service/page in Chromium', function () {
  this.timeout(60_000);
  let browser: Browser | undefined;
  let real: Harness;
  let fake: Harness;

  before(async function () {
    this.timeout(300_000);
    const launched = await launchChromium();
    if (launched === undefined) {
      console.warn('    skipped: there is no Chromium here, and it cannot be installed');
      this.skip();
    }
    browser = launched;
    real = await startHarness({}, realConverter);
    fake = await startHarness({ CAIRN_KEYS: `someone:${hashOfKey('the-key')}` });
  });
  after(async () => {
    if (browser === undefined) return;
    await Promise.all([browser.close(), real.stop(), fake.stop()]);
  });

  /** A page that fails its test where it complains or asks anybody else for anything. */
  async function open(
    service: Harness,
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; troubles: string[] }> {
    const page = await browser!.newPage(options);
    const troubles: string[] = [];
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => {
      if (!/^(blob:|data:|about:)/.test(request.url()) && !request.url().startsWith(service.address))
        troubles.push(request.url());
    });
    await page.goto(service.address);
    return { page, troubles };
  }

  async function convert(page: Page, text: string | Buffer, name = 'note.xml'): Promise<void> {
    await page.setInputFiles('#file', { name, mimeType: 'text/xml', buffer: Buffer.from(text) });
    await page.waitForSelector('.status.good, .status.error');
  }

  it('shows patient, resources, flags, narrative, issues and ledger of a document', async () => {
    const { page, troubles } = await open(real);
    await convert(page, readFileSync(visit));
    const text = await page.locator('#result').innerText();
    for (const part of ['Problems', 'Allergies', 'Medications', 'Results', 'Vital signs', 'Narrative', 'Ledger'])
      expect(text).to.contain(part);
    expect(await page.locator('.banner h2').innerText()).to.match(/\w+ \w+/);
    expect(await page.locator('#results .flag').count()).to.be.greaterThan(0);
    expect(await page.locator('#problems tbody tr').count()).to.be.greaterThan(3);
    expect(await page.locator('.facts-table tbody tr').count()).to.be.greaterThan(0);
    await page.locator('#narrative summary').nth(1).click();
    await page.waitForFunction(
      () =>
        (
          globalThis as unknown as { document: { querySelector(s: string): { style: { height: string } } | null } }
        ).document.querySelector('iframe.narrative')?.style.height !== '',
    );
    expect(await page.frameLocator('iframe.narrative').locator('body').innerText()).not.to.equal('');
    expect(troubles).to.deep.equal([]);
    await page.close();
  });

  it('shows the resource behind a row, and the line of the document that each value came from', async () => {
    const { page, troubles } = await open(real);
    await convert(page, readFileSync(visit));
    await page.locator('#problems .source').first().click();
    const dialog = await page.locator('dialog').innerText();
    expect(dialog)
      .to.contain('"resourceType": "Condition"')
      .and.to.match(/\d+:\d+/)
      .and.to.contain('/@code');
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog').isVisible()).to.equal(false);
    expect(troubles).to.deep.equal([]);
    await page.close();
  });

  it('runs a purpose on the document, and leads from each fact to its line', async () => {
    const { page, troubles } = await open(real);
    await convert(page, readFileSync(new URL('../../../samples/progress-note.xml', import.meta.url)));
    await page.getByLabel('Purpose', { exact: true }).selectOption('quality-glycemic-status');
    await page.getByLabel('from', { exact: true }).fill('2024-01-01');
    await page.getByLabel('to', { exact: true }).fill('2024-12-31');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.waitForSelector('.purpose-answer table');
    const answer = await page.locator('.purpose-answer').innerText();
    expect(answer)
      .to.contain('2 found')
      .and.contain('8.1 %')
      .and.contain('2024-03-04')
      .and.contain('provider of record');
    await page.getByRole('button', { name: /Line 1198 of the document/ }).click();
    const dialog = page.locator('dialog');
    expect(await dialog.locator('mark').innerText()).to.contain('value="8.1"');
    // The row as its author wrote it, with a mark.
    expect(await page.frameLocator('dialog iframe').locator('.marked').innerText()).to.match(/8\.1|A1c/i);
    await page.keyboard.press('Escape');
    expect(troubles).to.deep.equal([]);
    await page.close();
  });

  it('says what is missing and why, and which parameter is missing', async () => {
    const { page } = await open(real);
    await convert(page, readFileSync(new URL('../../../samples/progress-note.xml', import.meta.url)));
    await page.getByLabel('Purpose', { exact: true }).selectOption('quality-glycemic-status');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    expect(await page.locator('.purpose-answer').innerText()).to.equal('');
    await page.getByLabel('from', { exact: true }).fill('2023-01-01');
    await page.getByLabel('to', { exact: true }).fill('2022-12-31');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.waitForSelector('.purpose-answer .error');
    expect(await page.locator('.purpose-answer').innerText()).to.contain('from is later than to');
    await page.getByLabel('to', { exact: true }).fill('2023-12-31');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.waitForSelector('.purpose-answer table');
    expect(await page.locator('.purpose-answer').innerText()).to.contain('out of window');
    await page.close();
  });

  it('downloads the same bytes that a program gets', async () => {
    const { page } = await open(real);
    await convert(page, readFileSync(visit), 'visit.2024.xml');
    for (const [label, accept, name] of [
      ['Download Bundle', 'application/fhir+json', 'visit.2024.json'],
      ['XML', 'application/fhir+xml', 'visit.2024.xml'],
      ['NDJSON', 'application/fhir+ndjson', 'visit.2024.ndjson'],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: label, exact: true }).click(),
      ]);
      expect(download.suggestedFilename()).to.equal(name);
      const direct = await real.call('/convert', post(readFileSync(visit), { Accept: accept }));
      expect(readFileSync(await download.path(), 'utf8')).to.equal(await direct.text());
    }
    await page.close();
  });

  it('accepts a document that is dropped anywhere', async () => {
    const { page, troubles } = await open(real);
    const transfer = await page.evaluateHandle(
      (text: string) => {
        const { DataTransfer, File } = globalThis as unknown as Record<
          string,
          new (...values: unknown[]) => { items: { add(file: unknown): void } }
        >;
        const made = new DataTransfer!();
        made.items.add(new File!([text], 'dropped.xml'));
        return made;
      },
      readFileSync(visit, 'utf8'),
    );
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await page.waitForSelector('.status.good');
    expect(await page.locator('.status').innerText()).to.contain('dropped.xml');
    expect(troubles).to.deep.equal([]);
    await page.close();
  });

  it('converts its own sample', async () => {
    const { page, troubles } = await open(real);
    await page.getByRole('button', { name: 'Try it with a sample' }).click();
    await page.waitForSelector('.banner');
    expect(troubles).to.deep.equal([]);
    await page.close();
  });

  it('says what is wrong with a document, and where', async () => {
    const { page } = await open(real);
    await convert(page, '<ClinicalDocument xmlns="urn:hl7-org:v3">\n<title></ClinicalDocument>');
    expect(await page.locator('.status.error').innerText()).to.contain('line 2');
    await page.close();
  });

  it('asks for a key if the service needs one, and sends it', async () => {
    const { page } = await open(fake);
    await convert(page, fakeDocument('x'));
    expect(await page.locator('.status.error').innerText()).to.contain('API key');
    await page.getByLabel('API key').fill('the-key');
    await page.setInputFiles('#file', { name: 'x.xml', mimeType: 'text/xml', buffer: Buffer.from(fakeDocument('x')) });
    await page.waitForSelector('.status.good');
    await page.close();
  });

  it('shows a hostile narrative without running or loading anything of it', async () => {
    const { page, troubles } = await open(fake);
    await page.locator('.options summary').click();
    await page.getByLabel('API key').fill('the-key');
    await convert(page, fakeDocument('do:narrative'));
    await page.locator('#narrative summary').click();
    const frame = page.frameLocator('iframe.narrative');
    await frame.getByText('Harmless words').waitFor();
    await frame.getByText('Click').click();
    await frame.getByText('Link').first().click();
    const html = await frame.locator('html').innerHTML();
    expect(html).not.to.match(/script|onerror|onclick|outside|javascript|<svg|<form|<object|refresh/);
    expect(await page.evaluate(() => (globalThis as unknown as { evil?: number }).evil)).to.equal(undefined);
    expect(troubles).to.deep.equal([]);
    await page.close();
  });

  for (const [name, options] of Object.entries({
    desktop: {},
    phone,
    'a dark phone': { ...phone, colorScheme: 'dark' as const },
  })) {
    it(`fits its window and is accessible on ${name}`, async () => {
      const { page } = await open(real, options);
      await page.locator('.options summary').click();
      await convert(page, readFileSync(visit));
      await page.getByLabel('Purpose', { exact: true }).selectOption('outreach-exclusions');
      await page.getByLabel('to', { exact: true }).fill('2024-12-31');
      await page.getByRole('button', { name: 'Ask', exact: true }).click();
      await page.waitForSelector('.purpose-answer table');
      for (const summary of await page.locator('details.folded > summary').all()) await summary.click();
      const overflow = await page.evaluate(() => {
        const { documentElement } = (
          globalThis as unknown as { document: { documentElement: { scrollWidth: number; clientWidth: number } } }
        ).document;
        return documentElement.scrollWidth - documentElement.clientWidth;
      });
      expect(overflow, 'pixels wider than the window').to.be.at.most(0);
      await page.evaluate(axe.source);
      for (const path of ['', '/docs']) {
        if (path !== '') {
          await page.goto(`${real.address}${path}`);
          await page.evaluate(axe.source);
        }
        const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html} (${nodes.length})`)).to.deep.equal([]);
      }
      await page.close();
    });
  }
});
