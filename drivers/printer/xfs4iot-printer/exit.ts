import { z } from 'zod';
import type { RetractedTo } from '../../interfaces/printer.ts';
import type { Payload } from '../../xfs4iot/messages.ts';
import type { ServiceLink, XfsReply } from '../../xfs4iot/service-link.ts';

/** The exit of a printer that holds a receipt out, as its service offers it. [xfs4iot §3, §8] */

const MOVE_PATIENCE_MS = 30_000;
/** Nothing lies there any more: it was taken in the last moment. */
const GONE: readonly string[] = ['noMediaPresent', 'nomedia', 'noMedia'];

const capabilitiesSchema = z.looseObject({
  printer: z.looseObject({ mediaTaken: z.boolean().nullish(), control: z.looseObject({ retract: z.boolean().nullish(), expel: z.boolean().nullish() }).nullish() }).nullish(),
});
const storageSchema = z.looseObject({ storage: z.record(z.string(), z.looseObject({ status: z.string().nullish(), printer: z.looseObject({}).nullish() })) });

interface Way {
  readonly command: string;
  readonly payload: Payload;
  readonly to: Exclude<RetractedTo, 'taken'>;
}

export interface ExitAbilities {
  /** It sees a receipt taken. */
  readonly seesTaken: boolean;
  /** Ways to empty the exit, the wanted one first. */
  readonly ways: readonly Way[];
}

/** Reads what the service can do; nothing moves. @returns null: no answer */
export async function readExit(service: ServiceLink): Promise<ExitAbilities | null> {
  const told = capabilitiesSchema.safeParse(service.capabilities).data?.printer;
  const ways: Way[] = [];
  if (service.has('Printer.RetractMedia') && service.has('Storage.GetStorage')) {
    const storage = await service.command('Storage.GetStorage');
    if (storage.kind === 'silence') return null;
    const units = storage.kind === 'done' ? Object.entries(storageSchema.safeParse(storage.payload).data?.storage ?? {}) : [];
    const bin = units.find(([, unit]) => unit.printer !== undefined && unit.printer !== null && unit.status !== 'missing')?.[0];
    if (bin !== undefined) ways.push({ command: 'Printer.RetractMedia', payload: { mediaControl: bin }, to: 'retracted' });
  }
  if (service.has('Printer.ControlMedia')) {
    if (ways.length === 0 && told?.control?.retract === true) ways.push({ command: 'Printer.ControlMedia', payload: { mediaControl: { move: 'retract' } }, to: 'retracted' });
    if (told?.control?.expel === true) ways.push({ command: 'Printer.ControlMedia', payload: { mediaControl: { move: 'expel' } }, to: 'ejected' });
  }
  return { seesTaken: told?.mediaTaken === true, ways };
}

export type Emptied = { readonly kind: 'done'; readonly to: RetractedTo } | { readonly kind: 'notBegun' | 'stuck'; readonly reply: Exclude<XfsReply, { kind: 'done' }> };

/** Takes back what lies in the exit; a full bin leaves pushing it out. @param ways  at least one */
export async function emptyExit(service: ServiceLink, ways: readonly Way[]): Promise<Emptied> {
  let last: Exclude<XfsReply, { kind: 'done' }> = { kind: 'refused', detail: 'the service can neither retract nor expel' };
  for (const { command, payload, to } of ways) {
    const reply = await service.command(command, payload, { patienceMs: MOVE_PATIENCE_MS });
    if (reply.kind === 'done') return { kind: 'done', to: GONE.includes(String(reply.payload['result'])) ? 'taken' : to };
    if (reply.kind === 'failed' && reply.errorCode !== null && GONE.includes(reply.errorCode)) return { kind: 'done', to: 'taken' };
    last = reply;
    const mayTryOther = reply.kind === 'refused' || (reply.kind === 'failed' && (reply.errorCode === 'retractBinFull' || reply.completionCode === 'unsupportedCommand' || reply.completionCode === 'unsupportedData'));
    if (!mayTryOther) return { kind: 'stuck', reply };
  }
  return { kind: last.kind === 'failed' && last.errorCode === 'retractBinFull' ? 'stuck' : 'notBegun', reply: last };
}
