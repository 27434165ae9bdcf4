import { createPublicKey, type KeyObject } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportAnswer } from '../../../main/cli/journal-export.ts';
import { changeKeyAnswer, showKeysAnswer } from '../../../main/cli/keys.ts';
import { RUN_FILES } from '../../../main/contracts/run-folder.ts';
import { openTerminalJournal } from '../../../main/core/process/journal-secrets.ts';
import { loadConfig } from '../../../main/core/process/load-config.ts';
import { loadHostCodec } from '../../../main/core/process/lazy-codec.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import { createSealCheck } from '../../../simulators/bank-host/journal-seals.ts';
import { createSamplePki, generateSamplePki, type SamplePki } from '../../../simulators/bank-host/pki.ts';
import { createSampleBank } from '../../../simulators/bank-host/sample-bank.ts';
import { createSchemas } from '../../../simulators/bank-host/wire/schemas.ts';
import { sampleConfig } from '../../../simulators/terminal/sample-config.ts';
import { sampleRequests } from '../../support/host-samples.ts';

const CLOCK = systemClock();
const VERIFIER = pathToFileURL(join(import.meta.dirname, '../../../main/journal/verify-extract.mjs')).href;
const { verifyExtract } = (await import(VERIFIER)) as { verifyExtract(extract: unknown, trusted?: readonly KeyObject[]): readonly unknown[] };

let folder: string;
let config: string;
let pki: SamplePki;
/** Of another authority and with another name. */
let renewed: SamplePki;
let pair: { config: string; key: string; certificate: string };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qolma-keys-'));
  config = join(folder, 'terminal.json');
  writeFileSync(config, JSON.stringify(sampleConfig({ runFolder: folder, dataFolder: folder, bankPort: 1 })));
  pki = createSamplePki(join(folder, RUN_FILES.pki), { nowUtcMs: CLOCK.nowUtcMs(), random: cryptoRandom() });
  renewed = generateSamplePki({ nowUtcMs: CLOCK.nowUtcMs(), random: cryptoRandom(), terminalId: 'renewed' });
  pair = { config, key: join(folder, 'next.key'), certificate: join(folder, 'next.pem') };
  writeFileSync(pair.key, renewed.terminalSign.keyPem, { mode: 0o600 });
  writeFileSync(pair.certificate, renewed.terminalSign.certificatePem);
  withJournal((journal) => operate(journal, 'before'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const loaded = () => {
  const result = loadConfig(config);
  if (!result.ok) throw new Error('the sample configuration does not load');
  return result.value.config;
};
function withJournal<T>(work: (journal: Journal) => T): T {
  const opened = openTerminalJournal(loaded(), { clock: CLOCK, random: cryptoRandom(), log: silentLog, bootId: 'test' });
  if (!opened.ok) throw new Error(opened.error.code);
  try {
    return work(opened.value);
  } finally {
    opened.value.close();
  }
}
/** An operation that goes on over the change, sealed at each step. */
const operate = (journal: Journal, action: string) => expect(journal.commit({ entries: [entry('service.acted', { login: 'a', action, target: 'x' }, { operationId: 'O1' })] }).ok).toBe(true);
const codeOf = (answer: { readonly json: Readonly<Record<string, unknown>> }) => (answer.json['problem'] as { code: string } | undefined)?.code ?? 'done';
const keyOf = (of: SamplePki) => createPublicKey(of.terminalSign.certificatePem);

describe('qolma keys show', () => {
  it('names each certificate with its validity, and what is no longer good', () => {
    const answer = showKeysAnswer(config, CLOCK.nowUtcMs());
    expect(answer).toMatchObject({ exitCode: 0, json: { ok: true } });
    expect((answer.json['certificates'] as { state: string; subject: string }[])[0]).toMatchObject({ state: 'valid', subject: expect.stringContaining('0427-sign') as string });
    expect((answer.json['sealingKeys'] as unknown[]).length).toBe(1);
    expect(JSON.stringify(answer)).not.toContain('PRIVATE');
    expect(showKeysAnswer(config, CLOCK.nowUtcMs() + 900 * 86_400_000)).toMatchObject({ exitCode: 1, json: { ok: false } });
  });
});

it('an extract is written over nothing that is there, such as a key', () => {
  expect(exportAnswer({ config, operation: 'O1', out: pair.key })).toMatchObject({ exitCode: 1, json: { problem: { code: 'CANNOT_WRITE' } } });
  expect(readFileSync(pair.key, 'utf8')).toBe(renewed.terminalSign.keyPem);
  expect(exportAnswer({ config, operation: 'O1', out: join(folder, 'extract.json') })).toMatchObject({ exitCode: 0 });
});

describe('a renewed signing key with another subject', () => {
  it('is not taken because its file is named: the journal would be another terminal’s', () => {
    const raw = JSON.parse(readFileSync(config, 'utf8')) as { host: object };
    writeFileSync(config, JSON.stringify({ ...raw, host: { ...raw.host, signKeyFile: pair.key, signCertificateFile: pair.certificate } }));
    expect(() => withJournal(() => 0)).toThrow('JNL_KEY_WRONG');
  });

  it('is checked without changing anything', () => {
    const before = readFileSync(config, 'utf8');
    expect(codeOf(changeKeyAnswer(pair, { isDryRun: true }))).toBe('done');
    writeFileSync(join(folder, 'other.key'), pki.terminalSign.keyPem);
    expect(codeOf(changeKeyAnswer({ ...pair, key: join(folder, 'other.key') }, { isDryRun: true }))).toBe('NOT_A_PAIR');
    expect(codeOf(changeKeyAnswer({ ...pair, key: pair.certificate }, { isDryRun: true }))).toBe('UNREADABLE');
    expect(codeOf(changeKeyAnswer({ config, key: loaded().host.signKeyFile, certificate: loaded().host.signCertificateFile }, { isDryRun: true }))).toBe('IN_USE');
    // A slip in the file's name: the key of the line signs nothing that the bank takes.
    expect(codeOf(changeKeyAnswer({ config, key: loaded().host.tlsKeyFile, certificate: loaded().host.tlsCertificateFile }, { isDryRun: true }))).toBe('IN_USE');
    expect(readFileSync(config, 'utf8')).toBe(before);
    expect(withJournal((journal) => journal.entries({ kinds: ['key.succeeded'], limit: 1 }))).toEqual([]);
  });

  it('is vouched for by the old one; seals and extracts of before and after are good for a third party, and for the bank', () => {
    const oldSeal = withJournal((journal) => journal.newestSeal())!;
    expect(changeKeyAnswer(pair, { isDryRun: false })).toMatchObject({ exitCode: 0, json: { isChanged: true } });
    expect(loaded().host.signKeyFile).toBe(pair.key);
    const { newSeal, isSound } = withJournal((journal) => {
      operate(journal, 'after');
      return { newSeal: journal.newestSeal()!, isSound: [journal.verify().ok, journal.compareBooks()] };
    });
    const extract = exportAnswer({ config, operation: 'O1' }).json['extract'] as { readonly journalId: string };
    expect(isSound).toEqual([true, []]);
    expect(newSeal.keyId).not.toBe(oldSeal.keyId);
    expect(verifyExtract(extract).length).toBe(2);
    expect(verifyExtract(extract, [keyOf(pki), keyOf(renewed)]).length).toBe(2);
    for (const one of [pki, renewed]) expect(() => verifyExtract(extract, [keyOf(one)])).toThrow(/not of this key/);
    const { journalId } = extract;
    const isGenuine = createSealCheck([pki.terminalSign.certificatePem, renewed.terminalSign.certificatePem]);
    for (const seal of [oldSeal, newSeal]) expect([isGenuine({ ...seal, journalId }), createSealCheck([pki.hostSign.certificatePem])({ ...seal, journalId })]).toEqual([true, false]);
    // Once more after a crash between journal and configuration, and the way back.
    expect(codeOf(changeKeyAnswer(pair, { isDryRun: false }))).toBe('IN_USE');
    const succession = withJournal((journal) => journal.entries({ kinds: ['key.succeeded'], limit: 9 }));
    expect(succession.map(({ data }) => data)).toMatchObject([{ fromSubject: expect.stringContaining('0427-sign') as string, toSubject: expect.stringContaining('renewed-sign') as string, toKeyId: newSeal.keyId }]);
    const back = { config, key: join(folder, RUN_FILES.pki, 'terminal-sign.key'), certificate: join(folder, RUN_FILES.pki, 'terminal-sign.pem') };
    expect(codeOf(changeKeyAnswer(back, { isDryRun: false }))).toBe('done');
    expect(withJournal((journal) => journal.verify().ok)).toBe(true);
  });

  it('changes what a linked configuration leads to, and leaves the link', () => {
    const target = join(folder, 'etc', 'terminal-0427.json');
    mkdirSync(join(folder, 'etc'));
    renameSync(config, target);
    symlinkSync(join('etc', 'terminal-0427.json'), config);
    expect(changeKeyAnswer(pair, { isDryRun: false })).toMatchObject({ exitCode: 0 });
    expect([lstatSync(config).isSymbolicLink(), readdirSync(join(folder, 'etc'))]).toEqual([true, ['terminal-0427.json']]);
    expect(JSON.parse(readFileSync(target, 'utf8'))).toMatchObject({ host: { signKeyFile: pair.key } });
  });

  it('signs what the bank takes within the overlap, beside what the old one has signed', async () => {
    const bank = createSampleBank({ databasePath: ':memory:', clock: CLOCK, random: cryptoRandom(), pki, renewedCertificatePems: [renewed.terminalSign.certificatePem], schemas: createSchemas(join(import.meta.dirname, '../../../main/host/iso20022/xsd')) });
    const seen: string[] = [];
    bank.onEvent(({ event }) => seen.push(event));
    const send = async (messageId: string) => {
      const codec = await loadHostCodec(loaded(), { clock: CLOCK, random: cryptoRandom() });
      const nowUtcMs = CLOCK.nowUtcMs();
      const header = { messageId, operationId: messageId, terminalId: '0427', seq: 1, sessionId: null, createdAtUtcMs: nowUtcMs, validUntilUtcMs: nowUtcMs + 60_000, nonce: `nonce-of-${messageId}`.slice(-24), businessDay: null, language: 'ru' as const };
      const encoded = codec.encodeRequest({ operation: 'link.heartbeat', header, body: sampleRequests['link.heartbeat'] });
      if (!encoded.ok) throw new Error(encoded.error.detail);
      const reply = await bank.handle({ bytes: encoded.value.bytes, headers: {} });
      return reply.kind === 'answer' ? reply.httpStatus : reply.kind;
    };
    expect(await send('01KAJ1S7M2ZQ4VE0000000000A')).toBe(200);
    changeKeyAnswer(pair, { isDryRun: false });
    expect(await send('01KAJ1S7M2ZQ4VE0000000000B')).toBe(200);
    expect(seen).not.toContain('host.request.rejected');
    bank.database.close();
  });
});
