import fc from 'fast-check';
import { createPrivateKey } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import { openSealedCode } from '../../../simulators/bank-host/wire/sealed-code.ts';
import { signEnvelope } from '../../../simulators/bank-host/wire/signature.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import type { HostRequest } from '../../../main/contracts/host-operations.ts';
import { NOW, PKI, approvedBody, createBankFixture } from './bank-fixture.ts';
import type { BankFixture } from './bank-fixture.ts';

/**
 * Goal: nothing is read that a known terminal has not signed.
 * Method: a good document of the terminal's codec is damaged in the ways an attacker or a bad line would; the bank must answer HTTP 400 and
 * keep nothing. [host-messages §3.2, §7]
 */
let fixture: BankFixture;
let good: string;
beforeAll(() => {
  fixture = createBankFixture();
  good = Buffer.from(fixture.encode(fixture.request('device.exception', { kind: 'fraud', deviceId: 'card-reader', errorCode: 'IDC', detail: 'skimmer' })).bytes).toString();
});
const statusOf = async (text: string | Uint8Array) => {
  const reply = await fixture.bank.handle({ bytes: Buffer.from(text), headers: {} });
  return reply.kind === 'answer' ? reply.httpStatus : reply.kind;
};
const signature = () => /<ds:Signature.*<\/ds:Signature>/s.exec(good)![0];

describe('what the bank refuses to read', () => {
  it.each<[string, () => string]>([
    ['a changed value', () => good.replace('<errorCode>IDC</errorCode>', '<errorCode>IDX</errorCode>')],
    ['a removed signature', () => good.replace(signature(), '')],
    ['a doubled signature', () => good.replace(signature(), signature() + signature())],
    ['a signature moved into the document', () => good.replace(signature(), '').replace('</Document>', `<Sgntr>${signature()}</Sgntr></Document>`)],
    ['another digest algorithm', () => good.replace('xmlenc#sha256', 'xmldsig#sha1')],
    ['a comment', () => good.replace('<Document', '<!-- --><Document')],
    ['a document type', () => `<!DOCTYPE Envelope [<!ENTITY x "y">]>${good}`],
    ['a processing instruction', () => `<?xml version="1.0"?>${good}`],
    ['CDATA', () => good.replace('IDC', '<![CDATA[IDC]]>')],
    ['a second envelope', () => good + good],
    ['no bytes', () => ''],
    ['too many bytes', () => good.replace('skimmer', 's'.repeat(256 * 1024))],
    ['too deep a nest', () => good.replace('skimmer', '<a>'.repeat(65) + '</a>'.repeat(65))],
  ])('%s', async (_, damaged) => {
    expect(damaged()).not.toBe(good);
    expect(await statusOf(damaged())).toBe(400);
  });

  it('a stranger\'s signature over the same text', async () => {
    const stranger = generateSamplePki({ nowUtcMs: NOW, random: seededRandom(3) });
    expect(await statusOf(signEnvelope(good.replace(signature(), ''), createPrivateKey(stranger.terminalSign.keyPem)))).toBe(400);
  });

  it('a document under the line certificate of another terminal', async () => {
    expect(await fixture.bank.handle({ bytes: Buffer.from(good), headers: {}, peerTerminalId: '0428' })).toMatchObject({ httpStatus: 403 });
  });

  it('any bytes: never a throw, never an effect', async () => {
    const before = fixture.bank.documents.all().length;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: good.length - 1 }), fc.string({ maxLength: 4, unit: 'binary' }), async (position, inserted) => {
        const damaged = good.slice(0, position) + inserted + good.slice(position + 1);
        if (damaged !== good) expect(await statusOf(damaged)).toBe(400);
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(fixture.bank.documents.all()).toHaveLength(before);
  });

  it('but the good document, and the same infoset in other quotes, are taken', async () => {
    expect(await statusOf(good)).toBe(200);
    expect(await statusOf(good.replace('xmlns="urn:qolma:ext:1"', "xmlns='urn:qolma:ext:1'"))).toBe(200);
  });
});

describe('a sealed code', () => {
  const KEY = createPrivateKey(PKI.hostEncrypt.keyPem);
  const textOf = (request: HostRequest) => Buffer.from(fixture.encode(request).bytes).toString();

  it('opens with the bank\'s key, for its own message and reference only', () => {
    const request = fixture.request('otp.verify', { otpRef: 'otp-1', code: '123456' });
    const text = textOf(request as HostRequest);
    expect(text).not.toContain('123456');
    const sealed = Buffer.from(/<AuthntcnVal>([^<]*)/.exec(text)![1]!, 'base64').toString();
    const bound = { messageId: request.header.messageId, otpRef: 'otp-1' };
    expect(openSealedCode(sealed, KEY, bound)).toBe('123456');
    expect(openSealedCode(sealed, KEY, { ...bound, messageId: 'another' })).toBeUndefined();
    expect(openSealedCode(sealed, KEY, { ...bound, otpRef: 'otp-2' })).toBeUndefined();
    expect(openSealedCode(sealed, createPrivateKey(PKI.hostSign.keyPem), bound)).toBeUndefined();
    expect(openSealedCode('a.b.c.d.e', KEY, bound)).toBeUndefined();
  });

  it('moved into another message of the same session is refused, though the terminal\'s key signed that message', async () => {
    const answer = await fixture.ask('otp.request', { destination: { kind: 'client', clientId: 'c-1001' }, operation: 'op-01' });
    const { otpRef } = approvedBody(answer);
    const verification = (code: string) => textOf(fixture.request('otp.verify', { otpRef, code }) as HostRequest);
    const first = verification('123456');
    const second = verification('654321');
    const resign = (text: string) => signEnvelope(text.replace(/<ds:Signature.*<\/ds:Signature>/s, ''), createPrivateKey(PKI.terminalSign.keyPem));
    expect(await statusOf(resign(second.replace(/<AuthntcnVal>[^<]*/, /<AuthntcnVal>[^<]*/.exec(first)![0])))).toBe(400);
    expect(await statusOf(resign(second))).toBe(200);
  });
});
