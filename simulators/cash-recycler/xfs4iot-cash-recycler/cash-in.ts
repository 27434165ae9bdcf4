import type { Result } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import { notNow } from '../../parts/not-now.ts';
import type { Note, NoteKind } from '../../parts/validator-notes.ts';
import type { ControlError, Json } from '../../simulator.ts';
import type { StorageDesk } from '../../xfs4iot/storage-desk.ts';
import { WaitingCommand } from '../../xfs4iot/waiting-command.ts';
import type { Answer, Handler } from '../../xfs4iot/xfs-simulator.ts';
import type { RecyclerFault } from './simulator.ts';
import type { RecyclerUnits, Unit } from './units.ts';
import { BOX, countsOf } from './units.ts';

const ENTER_MS = 500;
const MOVE_MS = 400;

/** What both ways of a note need of the device. */
export interface Mechanics {
  readonly units: RecyclerUnits;
  readonly desk: StorageDesk;
  isKnown(denominationMinor: number): boolean;
  after(delayMs: number, action: () => void): void;
  announce(name: string, payload: object): void;
  tell(event: string, fields: Readonly<Record<string, Json>>): void;
  struck(fault: RecyclerFault, at: string, index?: number): boolean;
  isCut(at: string, index?: number): boolean;
  jam(note: Note): void;
  isJammed(): boolean;
  countsChanged(): void;
}

type Status = 'ok' | 'rollback' | 'active' | 'unknown';

export const failed = (errorCode: string): Answer => ({ completionCode: 'commandErrorCode', payload: { errorCode } });

/** Notes on their way in: one transaction of one note. The transaction is kept over power cuts. [xfs4iot §5] */
export class CashIn {
  readonly #parts: Mechanics & { readonly isBlocked: () => boolean };
  #enabled = new Set<number>();
  #last: { readonly status: Status; readonly notes: readonly Note[] } = { status: 'unknown', notes: [] };
  #usesRecycleUnits = true;
  #escrow: Note | null = null;
  #entering: Note | null = null;
  readonly #waiting = new WaitingCommand();

  constructor(parts: Mechanics & { readonly isBlocked: () => boolean }) {
    this.#parts = parts;
  }

  get status(): Status {
    return this.#last.status;
  }

  get isActive(): boolean {
    return this.#last.status === 'active';
  }

  get isWaiting(): boolean {
    return this.#waiting.current !== null;
  }

  get escrow(): Note | null {
    return this.#escrow;
  }

  isEnabled(denominationMinor: number): boolean {
    return this.#enabled.has(denominationMinor);
  }

  insert({ denominationMinor, kind }: { readonly denominationMinor: number; readonly kind: NoteKind }): Result<Json, ControlError> {
    const { units, announce, after, struck, tell, isKnown } = this.#parts;
    const waiting = this.#waiting.current;
    if (waiting === null || this.#entering !== null) return notNow('the entry is shut');
    const note = units.notes.add({ denominationMinor, kind, noteType: null, place: 'head' });
    this.#entering = note;
    announce('CashManagement.ItemsInsertedEvent', { position: 'inDefault' });
    after(ENTER_MS, () => {
      this.#entering = null;
      const isTaken = this.#waiting.current === waiting && kind === 'genuine' && isKnown(denominationMinor) && this.#enabled.has(denominationMinor) && !struck('refuse', 'enter');
      if (!isTaken) {
        units.notes.move(note, 'customer');
        tell('noteRefused', { denominationMinor });
        return waiting.event('CashAcceptor.InputRefuseEvent', { reason: kind === 'counterfeit' ? 'counterfeit' : 'invalidBill' });
      }
      this.#waiting.end();
      this.#escrow = note;
      units.notes.move(note, 'escrow');
      this.#last = { status: 'active', notes: [note] };
      tell('noteInEscrow', { denominationMinor, serial: note.serial });
      waiting.respond({ payload: { items: countsOf([note]) } });
    });
    return ok(note.serial);
  }

  /** Whatever was half in falls back. */
  powerLost(): void {
    if (this.#entering !== null) this.#parts.units.notes.move(this.#entering, 'customer');
    this.#entering = null;
    this.#waiting.end();
  }

  handlers(): Readonly<Record<string, Handler>> {
    const { desk } = this.#parts;
    return {
      'CashAcceptor.ConfigureNoteTypes': ({ items }, respond) => {
        this.#enabled = new Set((items as readonly { readonly item: string; readonly enabled: boolean }[]).filter(({ enabled }) => enabled).map(({ item }) => Number(item.slice(4))));
        respond({});
      },
      'CashAcceptor.GetCashInStatus': (_, respond) => respond({ payload: { status: this.#last.status, noteNumberList: countsOf(this.#last.notes) } }),
      'CashAcceptor.CashInStart': ({ useRecycleUnits }, respond) => {
        if (desk.refuses(respond)) return;
        if (this.isActive) return respond(failed('cashInActive'));
        if (this.#parts.isBlocked()) return respond({ completionCode: 'sequenceError' });
        this.#usesRecycleUnits = useRecycleUnits !== false;
        this.#last = { status: 'active', notes: [] };
        return respond({});
      },
      'CashAcceptor.CashIn': (_, respond, event) => this.#wait(respond, event),
      'CashAcceptor.CashInEnd': (_, respond) => this.#end('ok', respond),
      'CashAcceptor.CashInRollback': (_, respond) => this.#end('rollback', respond),
    };
  }

  #wait(respond: (answer: Answer) => void, event: (name: string, payload?: object) => void): ReturnType<Handler> {
    const { units, isJammed } = this.#parts;
    if (!this.isActive || this.#escrow !== null) return respond(failed('noCashInActive'));
    if (isJammed()) return respond({ completionCode: 'hardwareError' });
    const box = units.named(BOX)!;
    if (box.status !== 'ok' || units.levelOf(box) === 'full') {
      event('Storage.StorageErrorEvent', { failure: box.status === 'ok' ? 'full' : 'invalid', unit: { [BOX]: { status: box.status } } });
      return respond(failed('cashUnitError'));
    }
    return this.#waiting.begin(respond, event, 'CashAcceptor.InsertItemsEvent');
  }

  #end(status: 'ok' | 'rollback', respond: (answer: Answer) => void): void {
    const { units, after, isCut, struck, jam, tell, countsChanged } = this.#parts;
    if (!this.isActive) return respond(failed('noCashInActive'));
    const note = this.#escrow;
    if (note === null) {
      this.#last = { status, notes: [] };
      return respond(failed('noItems'));
    }
    const [before, afterwards] = status === 'ok' ? (['beforeStack', 'afterStack'] as const) : (['beforeReturn', 'afterReturn'] as const);
    after(MOVE_MS, () => {
      if (isCut(before)) return;
      this.#escrow = null;
      if (status === 'ok' && struck('jam', 'store')) {
        units.notes.move(note, 'transport');
        jam(note);
        this.#last = { status: 'unknown', notes: [note] };
        return respond({ completionCode: 'hardwareError' });
      }
      this.#last = { status, notes: [note] };
      const unit = status === 'ok' ? this.#store(note) : null;
      if (unit === null) units.notes.move(note, 'customer');
      tell(status === 'ok' ? 'noteStacked' : 'noteReturned', { denominationMinor: note.denominationMinor, serial: note.serial, ...(unit === null ? {} : { unit: unit.name }) });
      if (unit !== null) countsChanged();
      if (isCut(afterwards)) return;
      respond({ payload: unit === null ? {} : { storage: { [unit.name]: { deposited: countsOf([note]) } } } });
    });
  }

  #store(note: Note): Unit {
    const unit = this.#parts.units.destinationOf(note.denominationMinor, this.#usesRecycleUnits);
    this.#parts.units.store(note, unit, 'deposited');
    return unit;
  }
}
