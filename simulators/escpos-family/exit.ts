import type { SimulatorEvent } from '../simulator.ts';
import type { PrinterModel } from './model.ts';
import type { PrinterCommand } from './wire.ts';

/** From the knife to the exit, and back into the bin. [unverified] */
const MOVE_MS = 900;
/** A step of the ejector that is asked for less than this far is no presentation. [escpos sheet §7] */
const STEPS_MIN = 2;

export interface ExitSurroundings {
  readonly isRetractEnabled: boolean;
  after(delayMs: number, action: () => void): void;
  struck(fault: 'exitJam' | 'exitIgnored' | 'takenAtOnce', at: 'present' | 'retract'): boolean;
  tell(event: string, fields: SimulatorEvent['fields']): void;
}

/** The motor behind the knife: holds a piece out, takes it back into the bin, pushes it onto the floor. [escpos sheet §7] */
export class Exit {
  readonly #model: PrinterModel;
  readonly #surroundings: ExitSurroundings;
  /** Citizen: collects by itself after so many seconds; 0: never. */
  #collectAfterS = 0;

  constructor(model: PrinterModel, surroundings: ExitSurroundings) {
    this.#model = model;
    this.#surroundings = surroundings;
  }

  /** GS e */
  eject({ n, steps, timeoutS }: Extract<PrinterCommand, { kind: 'ejector' }>): void {
    if (n === 0x12 || n === 0x14) this.#model.isHeldInside = n === 0x12;
    else if ((n === 0x03 || n === 0x20) && steps >= STEPS_MIN) this.present({ timeoutS, isRetractedAfter: true });
    else if (n === 0x02 && this.#surroundings.isRetractEnabled) this.#leave('bin', 'receiptRetracted');
    else if (n === 0x05) this.#leave('floor', 'receiptEjected');
  }

  /** GS R */
  collect(timerS: number | null): void {
    if (timerS !== null) this.#collectAfterS = timerS;
    else if (this.#surroundings.isRetractEnabled) this.#leave('bin', 'receiptRetracted');
  }

  present({ timeoutS, isRetractedAfter }: { readonly timeoutS: number; readonly isRetractedAfter: boolean }): void {
    const { struck, tell } = this.#surroundings;
    if (this.#model.piece === null || struck('exitIgnored', 'present')) return;
    if (struck('exitJam', 'present')) {
      this.#model.isJammed = true;
      return;
    }
    const { piece } = this.#model;
    this.#move(() => {
      if (this.#model.piece !== piece) return;
      this.#model.moveToExit();
      tell('receiptPresented', { number: piece.receipt?.number ?? null });
      if (struck('takenAtOnce', 'present')) this.#leaveNow('taken', 'receiptTaken');
      const waitS = timeoutS > 0 ? timeoutS : this.#collectAfterS;
      if (waitS === 0) return;
      this.#surroundings.after(waitS * 1000, () => {
        if (this.#model.piece === piece) this.#leave(isRetractedAfter || timeoutS === 0 ? 'bin' : 'floor', 'receiptRetracted');
      });
    });
  }

  #leave(to: 'bin' | 'floor', event: string): void {
    if (this.#model.piece === null || this.#surroundings.struck('exitIgnored', 'retract')) return;
    if (this.#surroundings.struck('exitJam', 'retract')) {
      this.#model.isJammed = true;
      return;
    }
    const { piece } = this.#model;
    this.#move(() => {
      if (this.#model.piece === piece) this.#leaveNow(to, event);
    });
  }

  #leaveNow(to: 'bin' | 'floor' | 'taken', event: string): void {
    const receipt = this.#model.removePiece(to);
    this.#surroundings.tell(event, { number: receipt?.number ?? null });
  }

  #move(onDone: () => void): void {
    this.#model.isExitMoving = true;
    this.#surroundings.after(MOVE_MS, () => {
      this.#model.isExitMoving = false;
      onDone();
    });
  }
}
