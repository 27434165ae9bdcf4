import { z } from 'zod';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { PowerUpPosition } from '../interfaces/cash-acceptor.ts';
import { noteIn, storedBy, totalOf } from './counts.ts';
import type { Payload } from './messages.ts';
import type { ServiceLink } from './service-link.ts';

export const MOVE_PATIENCE_MS = 60_000;

/** As the service keeps it: `item` is the one note of it, null when there was none or more, or one that is no money. */
export interface LastTransaction {
  readonly position: PowerUpPosition;
  readonly item: string | null;
  /** What came of giving it back now, as the service says it; null: it was not given back now. */
  readonly ended: Payload | null;
}

const cashInStatusSchema = z.looseObject({ status: z.string(), noteNumberList: z.unknown().optional() });
const stackerSchema = z.looseObject({ cashAcceptor: z.looseObject({ intermediateStacker: z.string().nullish() }).nullish() });

/** @param status  payload of Common.Status */
export function isStackerFull(status: Payload): boolean {
  return ['full', 'notEmpty'].includes(stackerSchema.safeParse(status).data?.cashAcceptor?.intermediateStacker ?? '');
}

export interface LastTransactionOptions {
  readonly service: ServiceLink;
  /** A Reset moves no other notes than the customer's: not so where it pays out, too. */
  readonly mayReset: boolean;
  readonly record: (code: ErrorCode, detail: string) => void;
}

/** What became of the last transaction of one note; the service keeps it over restarts. A note that still waits is given back. null: no answer [xfs4iot §5] */
export async function endLastTransaction(options: LastTransactionOptions): Promise<LastTransaction | null> {
  const { service } = options;
  const told = await service.command('CashAcceptor.GetCashInStatus');
  if (told.kind !== 'done') return null;
  const { status, noteNumberList } = cashInStatusSchema.safeParse(told.payload).data ?? { status: 'unknown' };
  const item = noteIn(noteNumberList);
  const isOneNote = item !== null;
  if (status === 'active') {
    const rolledBack = await service.command('CashAcceptor.CashInRollback', undefined, { patienceMs: MOVE_PATIENCE_MS });
    if (rolledBack.kind === 'silence' || (rolledBack.kind === 'failed' && totalOf(noteNumberList) > 0 && (await isStillActive(options)))) return null;
    const ended = rolledBack.kind === 'done' ? rolledBack.payload : null;
    return { position: ended !== null && isOneNote && storedBy(ended) === null ? 'inHead' : 'none', item, ended };
  }
  const given = await giveOutLeft(options);
  if (given === null) return null;
  const { ended } = given;
  const isGivenOut = ended !== null && storedBy(ended) === null;
  const isUntold = status !== 'ok' && status !== 'rollback';
  return { position: !isOneNote ? 'none' : status === 'ok' ? 'inStackerPath' : status === 'rollback' || (isUntold && isGivenOut) ? 'inHead' : 'none', item, ended };
}

/** A note that could not be given back still waits: the device is of no use until it is out. */
async function isStillActive({ service, record }: LastTransactionOptions): Promise<boolean> {
  const told = await service.command('CashAcceptor.GetCashInStatus');
  const isActive = told.kind !== 'done' || cashInStatusSchema.safeParse(told.payload).data?.status === 'active';
  if (isActive) record('CIM_FAILURE', 'a note in escrow cannot be given back');
  return isActive;
}

/** A note lies in escrow, and no transaction is open that could end it: its box was full or out, or the service lost it with its power. @returns `ended` null: it still lies there, or none did; null: no answer [xfs4iot §13.1, §14.17] */
async function giveOutLeft({ service, mayReset, record }: LastTransactionOptions): Promise<Pick<LastTransaction, 'ended'> | null> {
  const told = await service.command('Common.Status');
  if (told.kind !== 'done') return null;
  if (!isStackerFull(told.payload) || !mayReset || !service.has('CashManagement.Reset')) return { ended: null };
  record('CIM_FAILURE', 'a note in escrow that no transaction has is given out');
  const reset = await service.command('CashManagement.Reset', { position: { target: 'outDefault' } }, { patienceMs: MOVE_PATIENCE_MS });
  if (reset.kind === 'silence') return null;
  const left = await service.command('Common.Status');
  return left.kind === 'done' ? { ended: reset.kind === 'done' && !isStackerFull(left.payload) ? reset.payload : null } : null;
}
