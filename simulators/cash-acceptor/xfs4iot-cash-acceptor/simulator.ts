import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, CreateSimulator, Json, SimulatorEnvironment } from '../../simulator.ts';
import { StorageDesk } from '../../xfs4iot/storage-desk.ts';
import { WaitingCommand } from '../../xfs4iot/waiting-command.ts';
import type { Answer, Handler } from '../../xfs4iot/xfs-simulator.ts';
import { SERVICE_FAULTS, XfsSimulator } from '../../xfs4iot/xfs-simulator.ts';

export interface XfsAcceptorSimulatorOptions {
  readonly denominationsMinor: readonly number[];
  readonly currency?: string;
  readonly boxCapacity?: number;
}

const ENTER_MS = 500;
const MOVE_MS = 400;

const FAULTS = {
  ...SERVICE_FAULTS,
  refuse: { at: ['enter'], label: 'The head refuses the note' },
  unitProblem: { at: ['startExchange', 'endExchange'], label: 'The box does not lock or unlock' },
  powerCut: { at: ['beforeStack', 'afterStack', 'beforeReturn', 'afterReturn'], label: 'The power goes' },
} as const;

const hands = z.discriminatedUnion('do', [z.strictObject({ do: z.literal('insertNote'), denominationMinor: z.number().int().positive() }), z.strictObject({ do: z.literal('emptyBox') }), z.strictObject({ do: z.literal('pullBox') }), z.strictObject({ do: z.literal('putBox') }),
  /** The service loses count, and no note moves. */
  z.strictObject({ do: z.literal('miscount'), by: z.number().int().min(-200).max(200) }),
]);
type Hand = z.infer<typeof hands>;

type LastStatus = 'ok' | 'rollback' | 'active' | 'unknown';

/** A validator with escrow for one note behind an XFS4IoT service. The transaction and its counts are kept over power cuts. [xfs4iot §5, §13.1] */
export const createXfsAcceptorSimulator: CreateSimulator<XfsAcceptorSimulatorOptions> = (environment, options) => new XfsAcceptorSimulator(environment, options);

class XfsAcceptorSimulator extends XfsSimulator<typeof FAULTS, Hand> {
  readonly #denominationsMinor: readonly number[];
  readonly #currency: string;
  readonly #boxCapacity: number;
  #enabled = new Set<number>();
  #escrow: number | null = null;
  #box: number[] = [];
  #returned: number[] = [];
  #removedCount = 0;
  #last: { status: LastStatus; items: readonly number[] } = { status: 'unknown', items: [] };
  readonly #waiting = new WaitingCommand();
  #isEntering = false;
  #boxStatus: 'ok' | 'missing' | 'manipulated' = 'ok';
  /** Deposited since the last exchange, by kind. */
  #deposited: number[] = [];
  #initialCount = 0;
  readonly #desk: StorageDesk;

  constructor(environment: SimulatorEnvironment, options: XfsAcceptorSimulatorOptions) {
    super({ protocol: 'xfs4iot-cash-acceptor', environment, faults: FAULTS, hands });
    this.#denominationsMinor = options.denominationsMinor;
    this.#currency = options.currency ?? 'KZT';
    this.#boxCapacity = options.boxCapacity ?? 1_000;
    this.#desk = new StorageDesk({
      tell: () => this.#storage(),
      isBusy: () => this.#escrow !== null || this.#last.status === 'active',
      setInitial: (name, items) => this.#setInitial(name, items),
      closed: () => {
        if (this.#boxStatus === 'manipulated') this.#boxStatus = 'ok';
      },
      announce: (name, payload) => this.announce(name, payload),
      hasProblem: (at) => this.struck('unitProblem', at),
    });
  }

  protected override describe(): { readonly [key: string]: Json } {
    return { escrow: this.#escrow, box: this.#box, returned: this.#returned, removedCount: this.#removedCount, boxStatus: this.#boxStatus, isExchanging: this.#desk.isExchanging, isWaiting: this.#waiting.current !== null, transaction: this.#last.status };
  }

  protected override act(hand: Hand): Result<Json, ControlError> {
    if (hand.do === 'emptyBox') {
      const noteCount = this.#box.splice(0).length;
      this.#removedCount += noteCount;
      return ok({ noteCount });
    }
    if (hand.do === 'miscount') {
      this.#initialCount += hand.by;
      this.announce('Storage.CountsChangedEvent', this.#storage());
      return ok(null);
    }
    if (hand.do === 'pullBox' || hand.do === 'putBox') return this.#handleBox(hand.do === 'pullBox');
    const waiting = this.#waiting.current;
    if (waiting === null || this.#isEntering || !this.isAlive) return err({ code: 'notNow', detail: 'the entry is shut' });
    this.#isEntering = true;
    this.announce('CashManagement.ItemsInsertedEvent', { position: 'inDefault' });
    this.after(ENTER_MS, () => {
      this.#isEntering = false;
      const { denominationMinor } = hand;
      if (this.#waiting.current !== waiting || !this.#enabled.has(denominationMinor) || this.struck('refuse', 'enter')) {
        this.#returned.push(denominationMinor);
        this.tell('noteRefused', { denominationMinor });
        return waiting.event('CashAcceptor.InputRefuseEvent', { reason: 'invalidBill' });
      }
      this.#waiting.end();
      this.#escrow = denominationMinor;
      this.#last = { status: 'active', items: [denominationMinor] };
      this.tell('noteInEscrow', { denominationMinor });
      waiting.respond({ payload: { items: this.#counts([denominationMinor]) } });
    });
    return ok(null);
  }

  protected override status(): object {
    return {
      common: { device: 'online', exchange: this.#desk.exchange },
      cashAcceptor: { intermediateStacker: this.#escrow === null ? 'empty' : 'full', positions: [{ position: 'inDefault', shutter: 'closed', transport: 'ok' }] },
      cashManagement: { acceptor: this.#box.length >= this.#boxCapacity ? 'stop' : 'ok' },
    };
  }

  protected override handlers(): Readonly<Record<string, Handler>> {
    return {
      ...this.#desk.handlers(),
      'CashManagement.GetBankNoteTypes': (_, respond) => respond({ payload: { items: Object.fromEntries(this.#denominationsMinor.map((minor) => [`type${minor}`, { cashItem: { noteID: minor, currency: this.#currency, value: minor / 100 }, enabled: this.#enabled.has(minor) }])) } }),
      'CashAcceptor.ConfigureNoteTypes': ({ items }, respond) => {
        this.#enabled = new Set((items as readonly { readonly item: string; readonly enabled: boolean }[]).filter(({ enabled }) => enabled).map(({ item }) => Number(item.slice(4))));
        respond({});
      },
      'CashAcceptor.GetCashInStatus': (_, respond) => respond({ payload: { status: this.#last.status, noteNumberList: this.#counts(this.#last.items) } }),
      'CashAcceptor.CashInStart': (_, respond) => {
        if (this.#desk.refuses(respond)) return;
        if (this.#last.status === 'active') return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'cashInActive' } });
        this.#last = { status: 'active', items: [] };
        return respond({});
      },
      'CashAcceptor.CashIn': (_, respond, event) => this.#cashIn(respond, event),
      'CashAcceptor.CashInEnd': (_, respond) => this.#end('ok', respond),
      'CashAcceptor.CashInRollback': (_, respond) => this.#end('rollback', respond),
    };
  }

  protected override onPowerOff(): void {
    super.onPowerOff();
    this.#waiting.end();
    this.#isEntering = false;
    this.unplug();
  }

  protected override onPowerOn(): void {
    this.plug();
  }

  #cashIn(respond: (answer: Answer) => void, event: (name: string, payload?: object) => void): ReturnType<Handler> {
    if (this.#last.status !== 'active') return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'noCashInActive' } });
    if (this.#box.length >= this.#boxCapacity || this.#boxStatus !== 'ok') {
      event('Storage.StorageErrorEvent', { failure: this.#boxStatus === 'ok' ? 'full' : 'invalid', unit: { unit1: { status: this.#boxStatus } } });
      return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'cashUnitError' } });
    }
    return this.#waiting.begin(respond, event, 'CashAcceptor.InsertItemsEvent');
  }

  #end(status: 'ok' | 'rollback', respond: (answer: Answer) => void): void {
    if (this.#last.status !== 'active') return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'noCashInActive' } });
    const note = this.#escrow;
    if (note === null) {
      this.#last = { status, items: [] };
      return respond({ completionCode: 'commandErrorCode', payload: { errorCode: 'noItems' } });
    }
    const [before, after] = status === 'ok' ? (['beforeStack', 'afterStack'] as const) : (['beforeReturn', 'afterReturn'] as const);
    this.after(MOVE_MS, () => {
      if (this.#isCut(before)) return;
      this.#escrow = null;
      this.#last = { status, items: [note] };
      if (status === 'ok') {
        this.#box.push(note);
        this.#deposited.push(note);
        this.announce('Storage.CountsChangedEvent', { unit1: { cash: { status: { in: { deposited: this.#counts(this.#deposited) } } } } });
      } else this.#returned.push(note);
      this.tell(status === 'ok' ? 'noteStacked' : 'noteReturned', { denominationMinor: note });
      if (this.#isCut(after)) return;
      respond({ payload: status === 'ok' ? { storage: { unit1: { deposited: this.#counts([note]) } } } : {} });
    });
  }

  #counts(notes: readonly number[]): object {
    const counts: Record<string, { fit: number }> = {};
    for (const note of notes) counts[`type${note}`] = { fit: (counts[`type${note}`]?.fit ?? 0) + 1 };
    return counts;
  }

  #storage(): Readonly<Record<string, object>> {
    const replenishmentStatus = this.#box.length >= this.#boxCapacity ? 'full' : this.#box.length === 0 ? 'empty' : 'ok';
    return { unit1: { status: this.#boxStatus, capacity: this.#boxCapacity, cash: { configuration: { types: { cashIn: true } }, status: { index: 1, initial: { unrecognized: this.#initialCount }, in: { deposited: this.#counts(this.#deposited) }, accuracy: 'accurate', replenishmentStatus } } } };
  }

  #setInitial(name: string, items: Readonly<Record<string, number>>): boolean {
    if (name !== 'unit1') return false;
    this.#initialCount = Object.values(items).reduce((sum, count) => sum + count, 0);
    this.#deposited = [];
    return true;
  }

  /** Its notes go with the box that is taken out; an empty one comes back. */
  #handleBox(isPulled: boolean): Result<Json, ControlError> {
    if (isPulled === (this.#boxStatus === 'missing')) return err({ code: 'notNow', detail: isPulled ? 'the box is out' : 'the box is in' });
    this.#boxStatus = isPulled ? 'missing' : this.#desk.isExchanging ? 'ok' : 'manipulated';
    if (isPulled) this.#removedCount += this.#box.splice(0).length;
    this.announce('Storage.StorageChangedEvent', { unit1: { status: this.#boxStatus } });
    return ok({ status: this.#boxStatus });
  }

  #isCut(at: string): boolean {
    if (!this.struck('powerCut', at)) return false;
    this.powerOff();
    return true;
  }
}
