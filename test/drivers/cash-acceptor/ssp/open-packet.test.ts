/**
 * A packet stays without an answer for as long as the driver tries. Goal: nothing else is said before it was said again, for a POLL would accept the note that it was to return, and the
 * reply to it would be taken for that of another command. [ssp §4, §11]
 */
import { describe, expect, it } from 'vitest';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../../support/acceptor-bench.ts';
import { sspParts } from '../../../support/acceptor-parts.ts';

const NOTE_MINOR = 500_000;
const ATTEMPTS = 10;

describe.each([false, true])('encrypted: %s', (isEncrypted) => {
  it('a REJECT that was not heard is followed by no POLL: the note goes back', async () => {
    const bench = acceptorBench(sspParts({ isEncrypted }));
    expect(await bench.until('ready')).toBe(true);
    await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }));
    bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
    const event = await bench.untilEvent('noteEscrowed');
    bench.hand({ do: 'fault', fault: 'silence', at: 'orderReply', times: ATTEMPTS });
    void bench.acceptor.return(event.kind === 'noteEscrowed' ? event.note.noteId : '');
    await bench.clock.advance(60_000);
    expect(bench.sumIn('customer')).toBe(NOTE_MINOR);
    expect(bench.sumIn('box')).toBe(0);
  });
});
