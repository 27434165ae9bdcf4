import type { Result } from '../../main/foundation/outcome.ts';
import type { ControlError, Json } from '../simulator.ts';
import type { DispenserHand, HandledDispenser, TrayHand } from './dispenser-hands.ts';
import { handleCassettes, handleTray } from './dispenser-hands.ts';
import type { DispenserNotes } from './dispenser-notes.ts';
import type { FaultTable } from './fault-board.ts';
import { SimulatedDevice } from './simulated-device.ts';

/** A dispenser of notes on a line of its own: what hands do to cassettes, reject tray and exit, and the account of its notes. How a command moves them is its protocol's. */
export abstract class SimulatedDispenser<Faults extends FaultTable, Hand extends { readonly do: string }> extends SimulatedDevice<Faults, Hand> {
  protected abstract readonly notes: DispenserNotes;

  protected override describe(): { readonly [key: string]: Json } {
    return this.notes.describe();
  }

  protected actOnCassettes(hand: DispenserHand): Result<Json, ControlError> {
    return handleCassettes(this.#handled, hand);
  }

  protected actOnTray(hand: TrayHand): Result<Json, ControlError> {
    return handleTray(this.#handled, hand);
  }

  get #handled(): HandledDispenser {
    return { notes: this.notes, tell: (event, fields) => this.tell(event, fields) };
  }
}
