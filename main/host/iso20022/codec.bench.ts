import { generateKeyPairSync, sign } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { assert } from '../../foundation/assert.ts';
import type { HostHeader, HostRequest } from '../../contracts/host-operations.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Signer } from '../signing/signer.ts';
import type { Trust } from '../signing/trust.ts';
import { signEnvelope, verifyEnvelope } from '../signing/xml-signature.ts';
import { createIso20022Codec } from './codec.ts';

/** One figure of `npm run bench`. */
export interface BenchFigure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The greatest value that is still good. */
  readonly aim: number;
}

const ROUNDS = 300;
const WARM_UP_ROUNDS = 50;

/** Keys of the moment; nothing of them outlives the measurement. */
function benchKeys(): { readonly signer: Signer; readonly trust: Trust; readonly encryptionKeyPem: string } {
  const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const encryption = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    signer: { keyId: BENCH_KEY_ID, sign: (bytes) => sign('sha256', bytes, { key: signing.privateKey, dsaEncoding: 'ieee-p1363' }) },
    trust: { keysValidNow: () => [{ keyId: BENCH_KEY_ID, publicKey: signing.publicKey }] },
    encryptionKeyPem: encryption.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

const standingClock: Clock = { nowUtcMs: () => 0, monotonicMs: () => 0, setTimeout: () => 0, clearTimeout: () => {} };

const header: HostHeader = {
  messageId: '01KAJ1S7M2ZQ4VE0000000000A',
  operationId: '01KAJ1S7M2ZQ4VE0000000000B',
  terminalId: '0427',
  seq: 1,
  sessionId: '01KAJ1S7M2ZQ4VE0000000000C',
  createdAtUtcMs: Date.UTC(2026, 10, 21),
  validUntilUtcMs: Date.UTC(2026, 10, 22),
  nonce: 'YmVuY2gtbm9uY2UtMDAwMQ',
  businessDay: '2026-11-21',
  language: 'kk',
};

const withdrawal: HostRequest<'cash.withdraw'> = {
  operation: 'cash.withdraw',
  header,
  body: {
    clientId: 'C-000042',
    accountRef: 'KZ62999BBB0000000002',
    amountMinor: 1_200_000,
    feeMinor: 25_000,
    mix: [
      { denominationMinor: 500_000, noteCount: 2 },
      { denominationMinor: 200_000, noteCount: 1 },
    ],
    authToken: 'bench-token',
    consent: { consentAtUtcMs: header.createdAtUtcMs, quoteId: 'Q-1', textSha256: 'ab'.repeat(32) },
  },
};

const ANSWER_DIGEST = '0'.repeat(64);
const BENCH_KEY_ID = 'be';
const benchParty = (id: string): string => `<OrgId><Id><OrgId><Othr><Id>${id}</Id></Othr></OrgId></Id></OrgId>`;

/** An approval as a bank would write it, with the place of its signature empty. [MAPPING §4, §5] */
const answerText =
  `<Envelope xmlns="urn:qolma:envelope:1"><AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.04"><Fr>${benchParty('BENCHHOST')}</Fr><To>${benchParty('0427')}</To><BizMsgIdr>H-1</BizMsgIdr>` +
  '<MsgDefIdr>catp.002.001.03</MsgDefIdr><BizSvc>qolma-link.1</BizSvc><CreDt>2026-11-21T00:00:01.000Z</CreDt><Sgntr></Sgntr></AppHdr><Document xmlns="urn:iso:std:iso:20022:tech:xsd:catp.002.001.03"><ATMWdrwlRspn>' +
  '<Hdr><MsgFctn><Fctn>WITP</Fctn></MsgFctn><PrtcolVrsn>3.0</PrtcolVrsn><XchgId>001</XchgId><CreDtTm>2026-11-21T00:00:01.000Z</CreDtTm><InitgPty>0427</InitgPty><RcptPty>BENCHHOST</RcptPty></Hdr>' +
  '<ATMWdrwlRspn><Envt><ATM><Id>0427</Id></ATM><Cstmr></Cstmr></Envt><Cntxt><Svc><SvcTp>STDR</SvcTp></Svc></Cntxt>' +
  `<Tx><TxId><TxDtTm>2026-11-21T00:00:00.000Z</TxDtTm><HstTxDtTm>2026-11-21T00:00:01.000Z</HstTxDtTm><TxRef>${header.operationId}</TxRef></TxId><TtlAuthrsdAmt><Amt>12000.00</Amt><Ccy>KZT</Ccy></TtlAuthrsdAmt>` +
  '<AuthstnRslt><AuthstnRspn><Rspn>APPR</Rspn></AuthstnRspn><AuthstnCd>A1B2C3</AuthstnCd></AuthstnRslt></Tx></ATMWdrwlRspn></ATMWdrwlRspn></Document>' +
  `<Ext xmlns="urn:qolma:ext:1"><Answer><op>cash.withdraw</op><v>1</v><msgId>H-1</msgId><inReplyTo>${header.messageId}</inReplyTo><opId>${header.operationId}</opId><terminalId>0427</terminalId><digest>${ANSWER_DIGEST}</digest>` +
  `<hostRef>B-1</hostRef><hostTime>1</hostTime><businessDay>2026-11-21</businessDay><outcome>approved</outcome><keyId>${BENCH_KEY_ID}</keyId><body><cash.withdraw></cash.withdraw></body></Answer></Ext></Envelope>`;

/**
 * What a withdrawal costs on the line: the request validated against three schemas and signed, the answer verified, validated and read. Milliseconds
 * a message, the median of 300; the first message also pays for compiling its schemas.
 */
export function benchCodec(): readonly BenchFigure[] {
  const { signer, trust, encryptionKeyPem } = benchKeys();
  const started = performance.now();
  const codec = createIso20022Codec({
    terminalId: '0427',
    acquirerId: 'BENCH',
    hostId: 'BENCHHOST',
    signer,
    trust,
    hostEncryptionKeyPem: encryptionKeyPem,
    clock: standingClock,
    random: { bytes: (byteCount) => new Uint8Array(byteCount).fill(1) },
  });
  const createdMs = performance.now() - started;
  const encode = (): Uint8Array => {
    const result = codec.encodeRequest(withdrawal);
    assert(result.ok, 'the benchmark’s own request is valid');
    return result.value.bytes;
  };
  const firstStarted = performance.now();
  const bytes = encode();
  const firstMs = performance.now() - firstStarted;
  const verify = (): void => assert(verifyEnvelope(bytes, trust).ok, 'the benchmark’s own signature holds');
  const answer = signEnvelope(answerText, signer);
  const decode = (): void => assert(codec.decodeAnswer('cash.withdraw', answer, { header, digest: ANSWER_DIGEST }).ok, 'the benchmark’s own answer is valid');
  return [
    { name: 'host codec: created', value: createdMs, unit: 'ms', aim: 20 },
    // Paid at sign-on, while nobody waits.
    { name: 'host codec: first request, with its schemas', value: firstMs, unit: 'ms', aim: 300 },
    { name: 'host codec: encode, validate, sign a withdrawal', value: medianMs(encode), unit: 'ms', aim: 2 },
    { name: 'host codec: verify the signature of a withdrawal', value: medianMs(verify), unit: 'ms', aim: 1 },
    { name: 'host codec: verify, validate, decode its answer', value: medianMs(decode), unit: 'ms', aim: 2 },
  ];
}

function medianMs(run: () => unknown): number {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) run();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    run();
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[ROUNDS / 2]!;
}
