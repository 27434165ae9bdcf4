import type { ScreenData } from '../../main/contracts/screen-model.ts';
import { amount, digits, TENGE } from '../text/figures.ts';

type Notes = ScreenData<'cash-in'>['notes'];
const KNOWN = [500, 1000, 2000, 5000, 10_000, 20_000];
/** The largest coin in circulation; every note is worth more. */
const COIN_MAX_MINOR = 20_000;

export function isCoin(denominationMinor: number): boolean {
  return denominationMinor <= COIN_MAX_MINOR;
}

export function hasCoins(denominationsMinor: readonly number[]): boolean {
  return denominationsMinor.some(isCoin);
}

/** The one amount of a money screen. */
export function Figure({ amountMinor, size = 'xl' }: { readonly amountMinor: number; readonly size?: 'xl' | 'l' | 'm' }) {
  return (
    <p key={amountMinor} className={`figure t-${size}`}>
      {digits(amountMinor)}
      <span className="sign">{TENGE}</span>
    </p>
  );
}

/** Stands for a note: bars, hue, length and figure say its value. A coin is round and says its figure alone. */
export function Chip({ denominationMinor, small = false }: { readonly denominationMinor: number; readonly small?: boolean }) {
  if (isCoin(denominationMinor)) return <span className={small ? 'chip coin s' : 'chip coin'}>{digits(denominationMinor)}</span>;
  const units = denominationMinor / 100;
  const bars = KNOWN.indexOf(units) + 1;
  return (
    <span className={small ? 'chip s' : 'chip'} data-value={bars === 0 ? 'other' : units}>
      <span className="bars" aria-hidden="true">
        {Array.from({ length: bars }, (_, index) => (
          <i key={index} />
        ))}
      </span>
      {digits(denominationMinor)}
    </span>
  );
}

export function NoteRow({ notes, small = false }: { readonly notes: Notes; readonly small?: boolean }) {
  return (
    <div className="chips">
      {notes.map((note) => (
        <span key={note.denominationMinor} className={small ? 'noted t-caption' : 'noted t-body'}>
          <Chip denominationMinor={note.denominationMinor} small={small} />
          <span>× {note.noteCount}</span>
        </span>
      ))}
    </div>
  );
}

export function ChipRow({ denominationsMinor }: { readonly denominationsMinor: readonly number[] }) {
  return (
    <div className="chips">
      {[...denominationsMinor].sort((left, right) => right - left).map((denominationMinor) => (
        <Chip key={denominationMinor} denominationMinor={denominationMinor} small />
      ))}
    </div>
  );
}

export function Amount({ minor }: { readonly minor: number }) {
  return <span className="nowrap">{amount(minor)}</span>;
}
