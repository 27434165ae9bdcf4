import { z } from 'zod';
import type { Result } from '../../../main/foundation/outcome.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import type { ControlError, Json, SimulatorEnvironment } from '../../simulator.ts';
import type { FaultList } from './faults.ts';
import { defaultMoment, faultSchema, kindOfFault } from './faults.ts';
import type { Mechanism, MechanismParts } from './mechanism.ts';
import type { ValidatorModel } from './model.ts';
import type { CcnetSettings } from './settings.ts';
import { valueMinor } from '../../ccnet-family/wire.ts';

export const controlSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('insertNote'), denominationMinor: z.number().int().positive(), kind: z.enum(['genuine', 'unfit', 'foreign', 'counterfeit']).default('genuine') }),
  z.strictObject({ do: z.literal('pullBack') }),
  z.strictObject({ do: z.literal('takeReturnedNote') }),
  z.strictObject({ do: z.literal('removeBox') }),
  z.strictObject({ do: z.literal('insertBox') }),
  z.strictObject({ do: z.literal('clearPath') }),
  z.strictObject({ do: z.literal('powerOff') }),
  z.strictObject({ do: z.literal('powerOn') }),
  z.strictObject({ do: z.literal('unplug') }),
  z.strictObject({ do: z.literal('plug') }),
  z.strictObject({ do: z.literal('fault'), fault: z.string(), at: z.string().optional(), times: z.number().int().default(1) }),
  z.strictObject({ do: z.literal('clearFaults') }),
]);

export type Control = z.infer<typeof controlSchema>;

/** What people do to the validator: customers, technicians, and whoever orders its faults. */
export class Hands {
  readonly #environment: SimulatorEnvironment;
  readonly #settings: CcnetSettings;
  readonly #model: ValidatorModel;
  readonly #faults: FaultList;
  readonly #mechanism: Mechanism;
  readonly #tell: MechanismParts['tell'];

  constructor(parts: Omit<MechanismParts, 'onPowerOff'> & { readonly mechanism: Mechanism }) {
    this.#environment = parts.environment;
    this.#settings = parts.settings;
    this.#model = parts.model;
    this.#faults = parts.faults;
    this.#mechanism = parts.mechanism;
    this.#tell = parts.tell;
  }

  /** Stopped by something that only a hand puts right. */
  get #isStuck(): boolean {
    const what = this.#model.condition?.what;
    return what === 'jamInHead' || what === 'jamInStacker' || what === 'failure';
  }

  obey(command: Control): Result<Json, ControlError> {
    switch (command.do) {
      case 'insertNote':
        return this.#insertNote(command);
      case 'pullBack':
        return this.#pullBack();
      case 'takeReturnedNote':
        return this.#model.noteUnderWay?.place === 'mouth' ? ok(this.#mechanism.takeFromMouth()) : notNow('no note in the mouth');
      case 'removeBox':
        return this.#removeBox();
      case 'insertBox':
        return this.#insertBox();
      case 'clearPath': {
        if (this.#mechanism.isMoving && !this.#isStuck) return notNow('nobody opens it while it moves a note');
        const note = this.#model.clearPath();
        this.#tell('pathCleared', { serial: note?.serial ?? null });
        return ok(note?.serial ?? null);
      }
      case 'powerOff':
        return this.#done(() => this.#mechanism.powerOff());
      case 'powerOn':
        return this.#model.phase === 'off' ? this.#done(() => this.#mechanism.powerOn()) : notNow('it has power');
      case 'unplug':
        return this.#done(() => this.#environment.line.unplug(), 'unplugged');
      case 'plug':
        return this.#done(() => this.#environment.line.plug(), 'plugged');
      case 'fault':
        return this.#orderFault(command);
      case 'clearFaults':
        this.#faults.clear();
        if (this.#model.condition !== null) this.#model.condition.isOver = true;
        return ok(null);
    }
  }

  #insertNote(command: Extract<Control, { do: 'insertNote' }>): Result<Json, ControlError> {
    const model = this.#model;
    if (model.phase !== 'idling' || model.condition !== null || !model.isBoxIn || model.latch !== null) return notNow(`the mouth is closed: ${model.condition?.what ?? (model.isBoxIn ? model.phase : 'box out')}`);
    const type = this.#settings.table.findIndex((_, index) => valueMinor(this.#settings.table, index) === command.denominationMinor);
    const note = model.addNote({ denominationMinor: command.denominationMinor, kind: command.kind, billType: type < 0 ? null : type });
    this.#mechanism.drawIn(note);
    return ok(note.serial);
  }

  #pullBack(): Result<Json, ControlError> {
    const note = this.#model.noteUnderWay;
    if (this.#model.phase !== 'accepting' || note?.place !== 'head') return notNow('no note that a hand could pull');
    this.#mechanism.reject(note, 0x64); // conveying [ccnet §8]
    return ok(note.serial);
  }

  #removeBox(): Result<Json, ControlError> {
    if (!this.#model.isBoxIn) return notNow('the box is out');
    this.#mechanism.halt();
    this.#model.removeBox();
    this.#tell('boxRemoved', {});
    return ok(null);
  }

  #insertBox(): Result<Json, ControlError> {
    if (this.#model.isBoxIn) return notNow('the box is in');
    this.#model.isBoxIn = true;
    this.#tell('boxInserted', {});
    if (this.#model.phase !== 'off' && this.#model.phase !== 'poweredUp') this.#mechanism.initialise();
    return ok(null);
  }

  #orderFault(command: Extract<Control, { do: 'fault' }>): Result<Json, ControlError> {
    const kind = kindOfFault(command.fault);
    if (kind === null) return err({ code: 'invalid', detail: `no fault ${command.fault}` });
    const order = faultSchema.safeParse({ kind, fault: command.fault, at: command.at ?? defaultMoment(kind), times: command.times });
    if (!order.success) return err({ code: 'invalid', detail: z.prettifyError(order.error) });
    if (order.data.kind === 'body' && order.data.at === 'now') {
      this.#mechanism.strike(order.data.fault);
      return ok(null);
    }
    return this.#faults.add(order.data) ? ok(null) : notNow('the fault board is full');
  }

  #done(act: () => void, event?: string): Result<Json, ControlError> {
    act();
    if (event !== undefined) this.#tell(event, {});
    return ok(null);
  }
}

function notNow(detail: string): Result<never, ControlError> {
  return err({ code: 'notNow', detail });
}
