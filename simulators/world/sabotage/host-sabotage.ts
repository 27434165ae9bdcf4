import type { HostAnswer, HostOperation, HostRequestBody } from '../../../main/contracts/host-operations.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import { overlay } from './overlay.ts';
import type { Sabotage } from './sabotage.ts';

/** Mistakes in what is believed of the bank, or told to it. */
const REFUSED_UNSIGNED = /<outcome>declined<\/outcome><refusal>(RF-\d\d)<\/refusal>/;

/** A refusal is believed whoever wrote it. */
export const believesUnsignedRefusal = (): Sabotage => ({
  codec: (codec) =>
    overlay(codec, {
      decodeAnswer: <Op extends HostOperation>(operation: Op, bytes: Uint8Array, expected: Parameters<typeof codec.decodeAnswer>[2]) => {
        const decoded = codec.decodeAnswer(operation, bytes, expected);
        const refusal = decoded.ok ? undefined : REFUSED_UNSIGNED.exec(Buffer.from(bytes).toString())?.[1];
        if (refusal === undefined) return decoded;
        return ok({ hostRef: 'H0', hostTimeUtcMs: 0, businessDay: '2026-04-24', outcome: 'declined', refusal, isRetryable: false, blockedUntilUtcMs: null } as unknown as HostAnswer<Op>);
      },
    }),
});

/** Each deposit after the first says that it is the first. */
export const reusesOperationKey = (): Sabotage => {
  let first: string | null = null;
  return {
    codec: (codec) =>
      overlay(codec, {
        encodeRequest: (request) => {
          if (request.operation !== 'cash.deposit') return codec.encodeRequest(request);
          first ??= request.header.operationId;
          return codec.encodeRequest({ ...request, header: { ...request.header, operationId: first } });
        },
      }),
  };
};

/** What was sent and not answered counts as never sent: nothing is reversed or asked again. */
export const takesSilenceForRefusal = (): Sabotage => ({
  line: (line) =>
    overlay(line, {
      exchange: async (request) => {
        const reply = await line.exchange(request);
        return reply.ok || reply.error.kind === 'notSent' ? reply : { ok: false, error: { kind: 'notSent', code: 'HST_UNREACHABLE', detail: 'connection refused' } };
      },
    }),
});

/** The bank hears of each day as if one kind of operation had not been in it; what it makes of that is its own matter. */
export const leavesOneKindOutOfDay = (): Sabotage => ({
  codec: (codec) =>
    overlay(codec, {
      encodeRequest: (request) => {
        if (request.operation !== 'recon.totals') return codec.encodeRequest(request);
        const body = request.body as HostRequestBody<'recon.totals'>;
        return codec.encodeRequest({ ...request, body: { ...body, operations: body.operations.slice(1) } } as typeof request);
      },
    }),
});
