import { describe, expect, it } from 'vitest';
import { HOST_OPERATIONS } from '../../../../main/contracts/host-operations.ts';
import type { HostOperation, HostRequest } from '../../../../main/contracts/host-operations.ts';
import { messageNames } from '../../../../main/host/iso20022/codec.ts';
import { hostAnswer } from '../../../support/host-answer-writer.ts';
import type { AnswerPlan } from '../../../support/host-answer-writer.ts';
import { sampleAnswers, sampleHeader, sampleRequests } from '../../../support/host-samples.ts';
import { createTestCodec } from '../../../support/host-test-codec.ts';

const OPERATIONS = Object.keys(HOST_OPERATIONS) as HostOperation[];
const { codec, pki } = createTestCodec();

function requestOf<Op extends HostOperation>(operation: Op): HostRequest<Op> {
  return { operation, header: sampleHeader, body: sampleRequests[operation] };
}

function encoded(operation: HostOperation): { readonly text: string; readonly digest: string; readonly messageName: string } {
  const result = codec.encodeRequest(requestOf(operation));
  if (!result.ok) throw new Error(result.error.detail);
  return { text: Buffer.from(result.value.bytes).toString('utf8'), digest: result.value.digest, messageName: result.value.messageName };
}

function decode(plan: Partial<AnswerPlan> & { readonly operation: HostOperation }, asked: HostOperation = plan.operation) {
  const { digest } = encoded(plan.operation);
  return codec.decodeAnswer(asked, hostAnswer({ header: sampleHeader, digest, ...plan }, pki.hostSign), { header: sampleHeader, digest });
}

describe('requests', () => {
  it.each(OPERATIONS)('%s is written as the agreed message and fits its schemas', (operation) => {
    const { text, messageName } = encoded(operation);
    expect(messageName).toBe(messageNames(operation).request);
    expect(text).toContain(`<MsgDefIdr>${messageName}</MsgDefIdr>`);
    expect(text).toContain(`<op>${operation}</op>`);
  });

  it('writes the same bytes for the same request, but for the signature', () => {
    const cut = (text: string) => text.replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/, '');
    expect(cut(encoded('pay.provider').text)).toBe(cut(encoded('pay.provider').text));
  });
});

describe('answers', () => {
  it.each(OPERATIONS)('%s: an approved answer comes back as the contract has it', (operation) => {
    const result = decode({ operation });
    expect(result).toEqual({ ok: true, value: { outcome: 'approved', hostRef: 'BANK-REF-1', hostTimeUtcMs: Date.UTC(2026, 10, 21, 5, 15, 31), businessDay: '2026-11-21', body: sampleAnswers[operation].body } });
  });

  it.each(OPERATIONS)('%s: a declined answer carries its refusal', (operation) => {
    const result = decode({ operation, outcome: 'declined', refusal: 'RF-20', retryable: true, blockedUntilUtcMs: 123 });
    expect(result).toEqual({ ok: true, value: { outcome: 'declined', hostRef: 'BANK-REF-1', hostTimeUtcMs: Date.UTC(2026, 10, 21, 5, 15, 31), businessDay: '2026-11-21', refusal: 'RF-20', isRetryable: true, blockedUntilUtcMs: 123 } });
  });
});
