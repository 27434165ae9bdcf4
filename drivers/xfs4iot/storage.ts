import { z } from 'zod';
import { MINOR_PER_UNIT } from '../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { CashStorage, CashStorageEvent, StoredUnit, UnitLoad } from '../interfaces/cash-storage.ts';
import type { Unsubscribe } from '../interfaces/device.ts';
import { noteTypesSchema, storageSchema } from './counts.ts';
import type { CassetteNumbers } from './cassette-numbers.ts';
import type { Payload } from './messages.ts';
import type { ServiceLink, XfsEvent, XfsReply } from './service-link.ts';
import { storedUnitsOf } from './stored-units.ts';
import type { StorageUnit } from './counts.ts';

/** Units are unlocked and swapped behind these. */
const EXCHANGE_PATIENCE_MS = 120_000;
const UNIT_IDS_MAX = 64;
/** With these SetStorage changed nothing. [xfs4iot §3] */
const NOTHING_SET: readonly string[] = ['invalidUnit', 'noExchangeActive'];
const EVENTS: Readonly<Record<string, Exclude<CashStorageEvent['kind'], 'unitFailed'>>> = { 'Storage.CountsChangedEvent': 'countsChanged', 'Storage.StorageChangedEvent': 'unitChanged', 'Storage.StorageThresholdEvent': 'levelCrossed' };

const exchangeSchema = z.looseObject({ common: z.looseObject({ exchange: z.string().nullish() }).nullish() });

/** What storage needs of the device whose units these are. */
export interface StorageHost {
  readonly service: ServiceLink;
  /** As the device itself numbers them. */
  readonly cassetteNumbers?: CassetteNumbers;
  run<T>(job: () => Promise<DeviceOutcome<T>>): Promise<DeviceOutcome<T>>;
  failedBy(reply: Exclude<XfsReply, { kind: 'done' }>): DeviceOutcome<never>;
  lineLost(): void;
  /** A customer's notes are in the device, or the device waits for them. */
  isUnderWay(): boolean;
}

/** Storage of one XFS4IoT service. [xfs4iot §3, §14.8, §14.13] */
export class XfsStorage implements CashStorage {
  readonly #host: StorageHost;
  readonly #listeners = new Set<(event: CashStorageEvent) => void>();
  #isExchanging: boolean | null = null;

  constructor(host: StorageHost) {
    this.#host = host;
  }

  isExchanging(): boolean | null {
    return this.#isExchanging;
  }

  onEvent(listener: (event: CashStorageEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @param status  payload of Common.Status */
  takeStatus(status: Payload): void {
    const exchange = exchangeSchema.safeParse(status).data?.common?.exchange;
    this.#isExchanging = exchange === 'active' ? true : exchange === 'inactive' ? false : null;
  }

  hear({ name, payload }: XfsEvent): void {
    const kind = EVENTS[name];
    if (kind !== undefined) this.#tell({ kind, unitIds: unitIdsOf(payload) });
    else if (name === 'Storage.StorageErrorEvent') this.#tell({ kind: 'unitFailed', unitIds: failedUnitsOf(payload), failure: failureOf(payload) });
  }

  async readUnits(): Promise<DeviceOutcome<readonly StoredUnit[]>> {
    return this.#host.run<readonly StoredUnit[]>(async () => {
      const reply = await this.#host.service.command('Storage.GetStorage');
      if (reply.kind !== 'done') return this.#host.failedBy(reply);
      const storage = storageSchema.safeParse(reply.payload).data?.storage;
      return storage === undefined ? { kind: 'failed', completionCode: 'deviceNotReady', detail: 'the service tells no storage' } : { kind: 'completed', value: storedUnitsOf(storage, this.#host.cassetteNumbers) };
    });
  }

  async startExchange(): Promise<DeviceOutcome<void>> {
    return this.#host.run<void>(async () => {
      if (this.#host.isUnderWay()) return { kind: 'failed', completionCode: 'sequenceError', detail: 'notes are under way' };
      const reply = await this.#host.service.command('Storage.StartExchange', undefined, { patienceMs: EXCHANGE_PATIENCE_MS });
      // Open already, by whomever: some services answer so, some with success. [xfs4iot §14.13]
      if (reply.kind === 'done' || (reply.kind === 'failed' && reply.errorCode === 'exchangeActive')) return this.#became(true);
      if (reply.kind === 'failed' && reply.errorCode === 'transactionActive') return { kind: 'failed', completionCode: 'sequenceError', detail: 'transactionActive' };
      if (reply.kind === 'refused' && !this.#host.service.has('Storage.StartExchange')) return { kind: 'failed', completionCode: 'unsupportedCommand', detail: reply.detail };
      return this.#notDone(reply, 'startExchange');
    });
  }

  async endExchange(): Promise<DeviceOutcome<{ readonly hasUnitProblem: boolean }>> {
    return this.#host.run<{ readonly hasUnitProblem: boolean }>(async () => {
      const reply = await this.#host.service.command('Storage.EndExchange', undefined, { patienceMs: EXCHANGE_PATIENCE_MS });
      // It has ended even on error. [xfs4iot §3]
      const isEnded = reply.kind === 'done' || (reply.kind === 'failed' && (reply.errorCode === 'noExchangeActive' || reply.errorCode === 'storageUnitError'));
      if (!isEnded) return this.#notDone(reply, 'endExchange');
      this.#became(false);
      return { kind: 'completed', value: { hasUnitProblem: reply.kind === 'failed' && reply.errorCode === 'storageUnitError' } };
    });
  }

  async setCounts(loads: readonly UnitLoad[]): Promise<DeviceOutcome<void>> {
    const isWrong = loads.length === 0 || new Set(loads.map(({ unitId }) => unitId)).size !== loads.length || loads.some(({ notes }) => notes.some(({ noteCount }) => !Number.isSafeInteger(noteCount) || noteCount < 0));
    if (isWrong) return { kind: 'failed', completionCode: 'invalidData', detail: 'each unit once, with whole counts' };
    return this.#host.run<void>(async () => {
      const before = await this.#units();
      if (before === null) return { kind: 'failed', completionCode: 'deviceNotReady', detail: 'the service tells no storage' };
      const initials = await this.#initialsOf(loads, before);
      if (typeof initials === 'string') return { kind: 'failed', completionCode: 'invalidData', detail: initials };
      const storage = Object.fromEntries(initials.map(([unitId, initial]) => [unitId, { cash: { status: { initial } } }]));
      const reply = await this.#host.service.command('Storage.SetStorage', { storage }, { patienceMs: EXCHANGE_PATIENCE_MS });
      if (reply.kind === 'failed' && reply.errorCode !== null && NOTHING_SET.includes(reply.errorCode)) return this.#host.failedBy(reply);
      if (reply.kind !== 'done') return this.#notDone(reply, 'setStorage');
      return this.#readBack(loads);
    });
  }

  /** What the service counts now is the record, whatever the completion said. [xfs4iot §14.10] */
  async #readBack(loads: readonly UnitLoad[]): Promise<DeviceOutcome<void>> {
    const after = await this.#units();
    const units = after === null ? [] : storedUnitsOf(after, this.#host.cassetteNumbers);
    const isSo = loads.every(({ unitId, notes }) => units.find((unit) => unit.unitId === unitId)?.noteCount === notes.reduce((sum, { noteCount }) => sum + noteCount, 0));
    return isSo ? { kind: 'completed', value: undefined } : { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'countsDisagree' } };
  }

  /** @returns what is wrong, as text */
  async #initialsOf(loads: readonly UnitLoad[], storage: Readonly<Record<string, StorageUnit>>): Promise<readonly (readonly [string, object])[] | string> {
    const types = await this.#host.service.command('CashManagement.GetBankNoteTypes');
    const known = types.kind === 'done' ? Object.entries(noteTypesSchema.safeParse(types.payload).data?.items ?? {}) : [];
    const initials: (readonly [string, object])[] = [];
    for (const { unitId, notes } of loads) {
      const configuration = storage[unitId]?.cash?.configuration;
      if (configuration === undefined || configuration === null) return 'no such unit';
      const items = Array.isArray(configuration['cashItems']) ? configuration['cashItems'].filter((item) => typeof item === 'string') : [];
      const counts: Record<string, unknown> = notes.length === 0 ? { unrecognized: 0 } : {};
      for (const { denominationMinor, noteCount } of notes) {
        // A unit that has one kind takes it by name; else the kind of that value which the unit lists, or any.
        const fitting = known.filter(([, { cashItem }]) => Math.round((cashItem?.value ?? 0) * MINOR_PER_UNIT) === denominationMinor && (configuration.currency ?? cashItem?.currency) === cashItem?.currency).map(([item]) => item);
        const item = fitting.find((each) => items.includes(each)) ?? fitting[0] ?? (items.length === 1 && Math.round((configuration.value ?? 0) * MINOR_PER_UNIT) === denominationMinor ? items[0] : undefined);
        if (item === undefined) return 'the service knows no such note';
        counts[item] = { fit: noteCount };
      }
      initials.push([unitId, counts]);
    }
    return initials;
  }

  async #units(): Promise<Readonly<Record<string, StorageUnit>> | null> {
    const reply = await this.#host.service.command('Storage.GetStorage');
    if (reply.kind === 'silence') this.#host.lineLost();
    return reply.kind === 'done' ? (storageSchema.safeParse(reply.payload).data?.storage ?? null) : null;
  }

  #became(isExchanging: boolean): DeviceOutcome<void> {
    this.#isExchanging = isExchanging;
    return { kind: 'completed', value: undefined };
  }

  /** Refused before it began, or nobody knows how far it came: the status tells. */
  #notDone(reply: Exclude<XfsReply, { kind: 'done' }>, stage: string): DeviceOutcome<never> {
    if (reply.kind === 'silence') this.#host.lineLost();
    if (reply.kind === 'refused' || (reply.kind === 'failed' && ['deviceNotReady', 'sequenceError', 'invalidData', 'unsupportedCommand', 'unsupportedData', 'invalidCommand'].includes(reply.completionCode))) return this.#host.failedBy(reply);
    return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: reply.kind === 'silence' ? `${stage}Unanswered` : (reply.errorCode ?? reply.completionCode) } };
  }

  #tell(event: CashStorageEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** Units that a StorageErrorEvent names. */
export function failedUnitsOf(payload: Payload): readonly string[] {
  const { unit } = payload;
  return typeof unit === 'object' && unit !== null ? unitIdsOf(unit as Payload) : [];
}

/** `empty`, `error`, `full` …; what is no word: `unknown`. */
export function failureOf({ failure }: Payload): string {
  return typeof failure === 'string' && /^[A-Za-z]{1,40}$/.test(failure) ? failure : 'unknown';
}

function unitIdsOf(payload: Payload): readonly string[] {
  return Object.keys(payload).filter((name) => /^unit[0-9A-Za-z]{1,40}$/.test(name)).slice(0, UNIT_IDS_MAX);
}
