import { spawnSync } from 'node:child_process';
import { sign, X509Certificate } from 'node:crypto';
import { copyFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeExtract, type Extract } from '../../../main/journal/extract.ts';
import { createEntryDigest } from '../../../main/journal/hash-chain.ts';
import { entry } from '../../../main/journal/journal.ts';
import { openJournalForReading } from '../../../main/journal/open-journal.ts';
import { createJournalKeys } from '../../../main/journal/protection.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import { journalOptions, makeFolder, messageDraft, mustOpen } from './journal-fixture.ts';

/**
 * Goal: a stranger with the extract, one file of ours and the public key finds out what is true. Method: the verifier is copied to an empty folder and
 * run as a program of its own.
 */
const random = cryptoRandom();
const pki = generateSamplePki({ nowUtcMs: Date.UTC(2026, 0, 1), random });
const stranger = generateSamplePki({ nowUtcMs: Date.UTC(2026, 0, 1), random });
const keys = createJournalKeys({ current: 'k1', keys: { k1: new Uint8Array(32).fill(1) }, indexKey: new Uint8Array(32).fill(2) }, random);
const certificate = new X509Certificate(pki.terminalSign.certificatePem);
const sealer = { keyId: 'serial', certificate: certificate.raw, sign: (bytes: Uint8Array) => sign('sha256', bytes, { key: pki.terminalSign.keyPem, dsaEncoding: 'ieee-p1363' as const }) };

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
  copyFileSync(join(import.meta.dirname, '../../../main/journal/verify-extract.mjs'), join(folder.path, 'verify-extract.mjs'));
});
afterEach(() => folder.remove());

/** Two customers' operations one in the other, and a late answer of the first after a second seal. */
function makeJournal(): void {
  const journal = mustOpen(journalOptions(folder.path, { keys, sealer }));
  const close = (operationId: string) => entry('operation.closed', { outcome: 'completed', refusal: null, movedMinor: 0, reference: null }, { operationId });
  journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, { operationId: 'o1' }), entry('payer.stated', { maskedPhone: '•• 34' }, { operationId: 'o1', secrets: { phone: { kind: 'phone', value: '+77000001234' } } })], messages: [messageDraft(1, { operationId: 'o1', bytes: Buffer.from('signed deposit') })] });
  journal.commit({ entries: [entry('operation.chosen', { operation: 'op-05' }, { operationId: 'other' })] });
  journal.commit({ entries: [close('o1')] });
  journal.commit({ entries: [close('other')] });
  journal.commit({ messageMoves: [{ messageId: 'message-1', to: 'sending', detail: '' }] });
  journal.commit({ entries: [entry('terminal.stopped', { reason: 'test' })] });
  journal.close();
}

function extractOf(operationId: string, withContents = false, isSigned = true) {
  const reader = openJournalForReading(join(folder.path, 'journal.db'), { keys });
  if (!reader.ok) throw new Error(reader.error.detail);
  const made = makeExtract(reader.value.database, { journalId: reader.value.journalId, terminalNumber: '0427', operationId, keys, withContents, sealer: isSigned ? sealer : undefined });
  reader.value.close();
  return made;
}

function verify(extract: unknown, keyPem: string | null = pki.terminalSign.certificatePem): { readonly code: number | null; readonly output: string } {
  writeFileSync(join(folder.path, 'extract.json'), JSON.stringify(extract));
  if (keyPem !== null) writeFileSync(join(folder.path, 'key.pem'), keyPem);
  const done = spawnSync(process.execPath, ['verify-extract.mjs', 'extract.json', ...(keyPem === null ? [] : ['key.pem'])], { cwd: folder.path, encoding: 'utf8' });
  return { code: done.status, output: done.stdout + done.stderr };
}

describe('an extract', () => {
  it('is verified by a stranger with the public key, and tells nothing of others', () => {
    makeJournal();
    const made = extractOf('o1');
    expect(made.ok && made.value.parts.length).toBe(2);
    expect(JSON.stringify(made)).not.toContain('op-05');
    const verified = verify(made.ok && made.value);
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.output).toContain('GENUINE: 5 entries of operation o1');
    expect(verified.output).not.toContain('+77000001234');
    expect(verify(made.ok && made.value, null).output).toContain(certificate.fingerprint256);
  });

  it('opens messages and numbers of this dispute where contents are asked for', () => {
    makeJournal();
    const made = extractOf('o1', true);
    const { code, output } = verify(made.ok && made.value);
    expect([code, output.includes('payload: signed deposit'), output.includes('phone: +77000001234')]).toEqual([0, true, true]);
  });

  it.each<[string, (text: string) => string]>([
    ['data', (text) => text.replace('op-01', 'op-10')],
    ['a time', (text) => text.replace(/"atUtcMs":(\d+)/, (_, at: string) => `"atUtcMs":${Number(at) + 1}`)],
    ['a digest of another entry', (text) => text.replace(/"digest":"./, '"digest":"g')],
    ['a signature', (text) => text.replace(/"signature":"..../, '"signature":"AAAA')],
    ['the journal', (text) => text.replace(/"journalId":"./, '"journalId":"x')],
    ['another operation', (text) => text.replaceAll('"operationId":"o1"', '"operationId":"o9"')],
    ['an entry taken out', (text) => JSON.stringify({ ...(JSON.parse(text) as Extract), parts: (JSON.parse(text) as Extract).parts.map((part) => ({ ...part, links: part.links.slice(1) })) })],
    ['a payload', (text) => text.replace(/"payload":"..../, '"payload":"AAAA')],
  ])('is not genuine with %s changed', (_what, change) => {
    makeJournal();
    const made = extractOf('o1', true);
    const text = JSON.stringify(made.ok && made.value);
    expect(change(text)).not.toBe(text);
    expect(verify(JSON.parse(change(text)))).toMatchObject({ code: 1 });
  });

  /** An operation with a receipt, and of another terminal's journal what might be put in. */
  function receiptExtract(isSigned = true): Extract {
    makeJournal();
    const journal = mustOpen(journalOptions(folder.path, { keys, sealer, mustExist: true }));
    journal.commit({ receipts: [{ receiptNumber: journal.peekReceiptNumber(), reference: journal.peekReference(), operationId: 'o2', operation: 'op-01', recordJson: '{}', status: 'accepted' }] });
    journal.commit({ entries: [entry('session.started', { language: 'kk' }), entry('operation.closed', { outcome: 'completed', refusal: null, movedMinor: 0, reference: null }, { operationId: 'o2' })] });
    journal.close();
    const made = extractOf('o2', false, isSigned);
    if (!made.ok) throw new Error(made.error.detail);
    return made.value;
  }

  it.each<[string, (extract: Extract) => unknown]>([
    ['another receipt’s number', (extract) => ({ ...extract, receiptNumbers: ['0427-000099'] })],
    ['another terminal’s number', (extract) => ({ ...extract, terminalNumber: '0428' })],
    ['a part twice', (extract) => ({ ...extract, parts: [...extract.parts, ...extract.parts] })],
    ['no entry of the operation', (extract) => ({ ...extract, operationId: 'o9', receiptNumbers: [], parts: extract.parts.map((part) => ({ ...part, links: part.links.filter((link) => !('entry' in link)) })) })],
    ['an entry hidden behind its digest', hideOne],
    ['the end cut off', (extract) => ({ ...extract, parts: extract.parts.map((part) => ({ ...part, links: part.links.slice(0, -1) })) })],
    ['a digest that is none', (extract) => ({ ...extract, parts: extract.parts.map((part) => ({ ...part, links: part.links.map((link) => ('digest' in link ? { digest: 7 } : link)) })) })],
    ['nothing in it', () => null],
  ])('is not genuine with %s', (_what, change) => {
    const extract = receiptExtract();
    expect(verify(extract)).toMatchObject({ code: 0, output: expect.stringContaining('terminal 0427, receipt 0427-000001') as string });
    expect(verify(extract).output).toContain('COMPLETE');
    expect(verify(change(extract))).toMatchObject({ code: 1 });
    expect(verify(change(extract), null)).toMatchObject({ code: 1 });
  });

  /** The digest in the place of the entry: the chain holds, and nobody sees whose it was. */
  function hideOne(extract: Extract): Extract {
    const digestOf = createEntryDigest();
    let isHidden = false;
    const hide = (link: Extract['parts'][number]['links'][number]) => {
      if (isHidden || !('entry' in link) || link.entry.kind === 'receipt.recorded') return link;
      isHidden = true;
      return { digest: digestOf(link.entry) };
    };
    return { ...extract, parts: extract.parts.map((part) => ({ ...part, links: part.links.map(hide) })) };
  }

  it('that the terminal has not signed as complete says so', () => {
    const unsigned = receiptExtract(false);
    for (const extract of [unsigned, hideOne(unsigned)]) expect(verify(extract)).toMatchObject({ code: 0, output: expect.stringContaining('Not proven: that no entry') as string });
  });

  it('is looked at whatever the program is called: silence would read as genuine', () => {
    const extract = receiptExtract();
    copyFileSync(join(folder.path, 'verify-extract.mjs'), join(folder.path, 'verify extract (1).mjs'));
    symlinkSync(join(folder.path, 'verify-extract.mjs'), join(folder.path, 'check.mjs'));
    writeFileSync(join(folder.path, 'extract.json'), JSON.stringify({ ...extract, receiptNumbers: ['0427-000099'] }));
    for (const name of ['verify extract (1).mjs', 'check.mjs']) expect(spawnSync(process.execPath, [name, 'extract.json'], { cwd: folder.path, encoding: 'utf8' })).toMatchObject({ status: 1, stderr: expect.stringContaining('NOT GENUINE') as string });
  });

  it('is not genuine under the key of somebody else, and not made before a seal', () => {
    makeJournal();
    const made = extractOf('o1');
    expect(verify(made.ok && made.value, stranger.terminalSign.certificatePem)).toMatchObject({ code: 1 });
    expect(extractOf('nobody')).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    const journal = mustOpen(journalOptions(folder.path, { keys, sealer, mustExist: true }));
    journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, { operationId: 'o3' })] });
    journal.close();
    expect(extractOf('o3')).toMatchObject({ ok: false, error: { code: 'NOT_SEALED' } });
  });
});
