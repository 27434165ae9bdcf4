import type { ScreenModel } from '../../main/contracts/screen-model.ts';
import type { Journal } from '../../main/journal/journal.ts';
import type { StoredMessage } from '../../main/contracts/message-state.ts';
import type { CoreParts } from '../../main/core/core-parts.ts';
import type { Bank } from '../bank-host/bank.ts';
import type { QuietDevices } from './checkers/own-counts.ts';

/** What whoever plays a world looks at: whether somebody is being served, whether anything still waits, what stands on the telephone. */
const NO_CUSTOMER: readonly ScreenModel['screen'][] = ['attract', 'out-of-service', 'maintenance', 'service-login'];
const WAITING_STATES = ['staged', 'ready', 'sending', 'awaiting', 'inProcess', 'unknown'] as const;
const MESSAGES_MAX = 500;

export function showsNoCustomer({ screen }: ScreenModel): boolean {
  return NO_CUSTOMER.includes(screen);
}

/** Nobody is served: attract, or out of service without a customer. */
export function isAtRest(model: ScreenModel): boolean {
  return showsNoCustomer(model) && !model.intents.includes('next');
}

export function isInService(model: ScreenModel): boolean {
  return model.screen === 'attract' && model.data.operations.some((tile) => tile.available);
}

/** What counts for itself is well, and was asked for its counts while it was let alone. */
export function quietDevices(parts: Pick<CoreParts, 'devices' | 'recyclerDesk'> | null): QuietDevices {
  if (parts === null) return { acceptor: false, dispenser: false };
  const { recyclerDesk, devices } = parts;
  return { acceptor: recyclerDesk === null ? devices.acceptor?.status().state === 'ready' : recyclerDesk.counted !== null, dispenser: devices.dispenser?.status().state === 'ready' };
}

/** Messages that must still reach the bank. */
export function undelivered(journal: Journal): readonly StoredMessage[] {
  return journal.messages({ states: WAITING_STATES, limit: MESSAGES_MAX }).filter(({ lane }) => lane !== 'online');
}

/** What was found, until the journal is written to again: worlds ask after every timer of hours. */
const drained = new WeakMap<Journal, { hasDrained: boolean | null }>();

/** All that the bank must hear of is answered. */
export function isDrained(journal: Journal | null): boolean {
  if (journal === null) return false;
  let found = drained.get(journal);
  if (found === undefined) {
    const fresh = (found = { hasDrained: null as boolean | null });
    journal.onCommitted(() => void (fresh.hasDrained = null));
    drained.set(journal, fresh);
  }
  return (found.hasDrained ??= undelivered(journal).length === 0 && journal.suspense({ isTold: false }).length === 0);
}

/** The newest one-time code on a telephone. */
export function newestCode(bank: Bank, phone: string): string | null {
  const message = bank.telephones.messages(phone).findLast(({ kind }) => kind === 'code');
  return message === undefined ? null : (/\d{6}/.exec(message.text)?.[0] ?? null);
}

/** Again where the core died meanwhile, perhaps of the very commit that is waited for. */
export async function inOneLife(lives: () => number, wait: () => Promise<unknown>): Promise<void> {
  for (let before = -1; before !== lives(); ) {
    before = lives();
    await wait();
  }
}
