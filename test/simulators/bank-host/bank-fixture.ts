import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { HostAnswer, HostAnswerBody, HostHeader, HostOperation, HostRequest, HostRequestBody } from '../../../main/contracts/host-operations.ts';
import type { OperationCode } from '../../../main/contracts/operations.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import type { EncodedMessage, HostCodec } from '../../../main/host/bank-host.ts';
import { createIso20022Codec } from '../../../main/host/iso20022/codec.ts';
import { createFileSigner } from '../../../main/host/signing/signer.ts';
import { createTrust } from '../../../main/host/signing/trust.ts';
import type { Bank, BankReply } from '../../../simulators/bank-host/bank.ts';
import { generateSamplePki } from '../../../simulators/bank-host/pki.ts';
import { SAMPLE_HOST_ID, SAMPLE_TERMINAL_ID, createSampleBank } from '../../../simulators/bank-host/sample-bank.ts';
import { createSchemas } from '../../../simulators/bank-host/wire/schemas.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import type { VirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

export const NOW = Date.parse('2026-11-21T05:00:00Z');
const SCHEMA_FOLDER = join(import.meta.dirname, '../../../main/host/iso20022/xsd');
const SAMPLE_CONSENT_SHA256 = createHash('sha256').update('text on the screen').digest('hex');

/** One set of keys for all tests of a file: made once, they are slow to make. */
export const PKI = generateSamplePki({ nowUtcMs: NOW, random: seededRandom(99) });

export interface BankFixture {
  readonly bank: Bank;
  readonly clock: VirtualClock;
  readonly codec: HostCodec;
  /** A request as the terminal would make it: rising sequence, fresh ids. */
  request<Op extends HostOperation>(operation: Op, body: HostRequestBody<Op>, header?: Partial<HostHeader>): HostRequest<Op>;
  encode(request: HostRequest): EncodedMessage;
  /** Encodes, sends, decodes; throws unless the answer is one that the terminal believes. */
  ask<Op extends HostOperation>(operation: Op, body: HostRequestBody<Op>, header?: Partial<HostHeader>): Promise<HostAnswer<Op>>;
  send<Op extends HostOperation>(request: HostRequest<Op>): Promise<HostAnswer<Op>>;
  reply(bytes: Uint8Array): Promise<BankReply>;
  lastCode(phone: string): string;
  /** Find, code, verify. @returns the token */
  signIn(phone: string, clientId: string | null, operation?: OperationCode): Promise<string>;
  consent(quoteId: string): { consentAtUtcMs: number; quoteId: string; textSha256: string };
}

const SCHEMAS = createSchemas(SCHEMA_FOLDER);

/** The simulated bank with the terminal's own codec before it: two codecs written apart, tied together here. */
export function createBankFixture(options: { readonly sessionId?: string } = {}): BankFixture {
  const clock = createVirtualClock({ startUtcMs: NOW });
  const random = seededRandom(5);
  const bank = createSampleBank({ databasePath: ':memory:', clock, random, pki: PKI, schemas: SCHEMAS });
  const codec = createIso20022Codec({
    terminalId: SAMPLE_TERMINAL_ID,
    acquirerId: 'ACQ0001',
    hostId: SAMPLE_HOST_ID,
    signer: createFileSigner({ keyPem: PKI.terminalSign.keyPem, certPem: PKI.terminalSign.certificatePem }),
    trust: createTrust({ certificatesPem: [PKI.hostSign.certificatePem], clock }),
    hostEncryptionKeyPem: PKI.hostEncrypt.certificatePem,
    clock,
    random,
    schemaFolder: SCHEMA_FOLDER,
  });
  const ids = createIdSource(clock, random);
  let seq = 0;
  const fixture: BankFixture = {
    bank,
    clock,
    codec,
    request: (operation, body, header = {}) => ({
      operation,
      body,
      header: {
        messageId: ids.ulid(),
        operationId: ids.ulid(),
        terminalId: SAMPLE_TERMINAL_ID,
        seq: ++seq,
        sessionId: options.sessionId ?? 's-1',
        createdAtUtcMs: clock.nowUtcMs(),
        validUntilUtcMs: clock.nowUtcMs() + 60_000,
        nonce: Buffer.from(random.bytes(16)).toString('base64url'),
        businessDay: '2026-11-21',
        language: 'ru',
        ...header,
      },
    }),
    encode(request) {
      const encoded = codec.encodeRequest(request);
      if (!encoded.ok) throw new Error(encoded.error.detail);
      return encoded.value;
    },
    ask: (operation, body, header) => fixture.send(fixture.request(operation, body, header)),
    async send(request) {
      const encoded = fixture.encode(request as HostRequest);
      const reply = await fixture.reply(encoded.bytes);
      if (reply.kind !== 'answer' || reply.httpStatus !== 200) throw new Error(`no answer: ${reply.kind} ${reply.kind === 'answer' ? `${reply.httpStatus} ${Buffer.from(reply.bytes).toString()}` : ''}`);
      const decoded = codec.decodeAnswer(request.operation, reply.bytes, { header: request.header, digest: encoded.digest });
      if (!decoded.ok) throw new Error(`${decoded.error.code} ${decoded.error.detail}`);
      return decoded.value;
    },
    reply: (bytes) => bank.handle({ bytes, headers: {}, peerTerminalId: SAMPLE_TERMINAL_ID }),
    lastCode: (phone) => /\d{6}/.exec(bank.telephones.messages(phone).at(-1)!.text)![0],
    async signIn(phone, clientId, operation = 'op-01') {
      const issued = approvedBody(await fixture.ask('otp.request', { destination: clientId === null ? { kind: 'phone', phone } : { kind: 'client', clientId }, operation }));
      return approvedBody(await fixture.ask('otp.verify', { otpRef: issued.otpRef, code: fixture.lastCode(phone) })).authToken!;
    },
    consent: (quoteId) => ({ consentAtUtcMs: clock.nowUtcMs(), quoteId, textSha256: SAMPLE_CONSENT_SHA256 }),
  };
  return fixture;
}

/** The body of an answer that must be a positive one. */
export function approvedBody<Op extends HostOperation>(answer: HostAnswer<Op>): HostAnswerBody<Op> {
  if (answer.outcome !== 'approved' && answer.outcome !== 'partial') throw new Error(`not approved: ${JSON.stringify(answer)}`);
  return answer.body;
}
