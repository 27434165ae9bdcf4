import type { Journal } from '../../../main/journal/journal.ts';
import { undelivered } from '../terminal-signs.ts';
import type { Finding } from './findings.ts';

/** With the bank there again nothing waits for it, and nothing stays parked that a technician has sent once more. */
export function checkQueue(journal: Journal): readonly Finding[] {
  const waiting = undelivered(journal);
  const parked = journal.messages({ states: ['parked'], limit: 500 });
  return [
    ...waiting.map((message): Finding => ({ rule: 'queue', detail: `${message.operation} ${message.messageId} is still ${message.state}: ${message.lastError ?? 'no reason'}` })),
    ...parked.map((message): Finding => ({ rule: 'queue', detail: `${message.operation} ${message.messageId} stays parked: ${message.lastError ?? 'no reason'}` })),
  ];
}
