import type { ActorRefFrom } from 'xstate';
import type { terminalMachine } from '../../../state-machines/terminal/terminal.machine.ts';
import type { Journal, JournalError } from '../../journal/journal.ts';

export interface DistrustedDiskParts {
  readonly journal: Pick<Journal, 'distrust' | 'onTrouble'>;
  readonly terminal: ActorRefFrom<typeof terminalMachine>;
  /** May be told again. */
  readonly giveUp: (error: JournalError) => void;
}

/**
 * A disk that is not believed any more is believed again only by a process that reads it anew; nobody is cut off for that. A terminal that is out of service already, for a full disk, say,
 * changes no state when the disk fails too: the journal itself says so then.
 */
export function giveUpOnDistrust({ journal, terminal, giveUp }: DistrustedDiskParts): void {
  const look = (): void => {
    const distrust = journal.distrust();
    const snapshot = terminal.getSnapshot();
    if (distrust !== null && (snapshot.matches('outOfService') || snapshot.matches('bootFailed'))) giveUp(distrust);
  };
  terminal.subscribe(look);
  journal.onTrouble(look);
}
