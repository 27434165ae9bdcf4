import '../../theme/service.css';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import type { IconName } from '../../parts/icon.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Mark } from '../../parts/mark.tsx';
import { useCountDown } from '../../parts/time-left.tsx';
import { clock, dayText } from '../../text/figures.ts';
import { useText } from '../../text/use-text.ts';

const PAGES = [
  { page: 'status', icon: 'info', text: 'service.status' },
  { page: 'cash', icon: 'money', text: 'service.cash' },
  { page: 'queue', icon: 'chatText', text: 'service.queue' },
  { page: 'suspense', icon: 'warning', text: 'service.suspensePage' },
  { page: 'day', icon: 'receipt', text: 'service.dayPage' },
  { page: 'journal', icon: 'notebook', text: 'service.journalPage' },
] as const satisfies readonly { readonly page: string; readonly icon: IconName; readonly text: string }[];

type Frame = Pick<ScreenData<'service-status'>, 'login' | 'name' | 'level' | 'softwareVersion' | 'businessDay' | 'incidentCount' | 'queueCount'>;

/** Dense, one level deep; who is here and how long is left stands on every page. */
export function ServiceFrame({ data, page, children }: { readonly data: Frame; readonly page: (typeof PAGES)[number]['page']; readonly children: ReactNode }) {
  const { frame, send } = useScreen();
  const text = useText();
  const leftMs = useCountDown(frame.timeLimit?.remainingMs ?? null, frame.timeLimit);
  const facts: readonly (readonly [string, ReactNode])[] = [
    [text('service.terminal'), frame.terminal.number],
    [text('service.version'), data.softwareVersion],
    [text('service.day'), data.businessDay === null ? '–' : dayText(data.businessDay)],
    [text('service.incidents'), data.incidentCount],
    [text('service.person'), data.login],
    [text('service.logoutIn'), leftMs === null ? '–' : clock(leftMs)],
  ];
  return (
    <div className="service">
      <header className="service-top">
        <Mark />
        <h1>{text('service.title')}</h1>
        <dl>
          {facts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <button type="button" className="service-button on-dark" data-intent="serviceLogout" onClick={() => send({ kind: 'serviceLogout' })}><Icon name="signOut" />{text('service.logout')}</button>
      </header>
      <nav className="service-menu" aria-label={text('service.title')}>
        {PAGES.map((entry) => (
          <button key={entry.page} type="button" aria-current={entry.page === page ? 'page' : undefined} data-intent="serviceShow" data-value={entry.page} onClick={() => entry.page !== page && send({ kind: 'serviceShow', page: entry.page })}>
            <Icon name={entry.icon} />
            {text(entry.text)}
            {entry.page === 'queue' && data.queueCount > 0 ? <b className="badge">{data.queueCount}</b> : null}
          </button>
        ))}
        <p>{text('service.journaled')}</p>
      </nav>
      <main className="service-main">{children}</main>
    </div>
  );
}

/** A list page by page; it may have become shorter since its page was chosen. */
export function usePages<Row>(rows: readonly Row[], rowsPerPage: number): { readonly shown: readonly Row[]; readonly pages: ReactNode } {
  const [chosenPage, setPage] = useState(0);
  const pageCount = Math.max(1, Math.ceil(rows.length / rowsPerPage));
  const page = Math.min(chosenPage, pageCount - 1);
  return { shown: rows.slice(page * rowsPerPage, (page + 1) * rowsPerPage), pages: pageCount === 1 ? null : <Pages page={page} pageCount={pageCount} onPage={setPage} /> };
}

/**
 * The row that a person looks at: the one that is offered at first, until he chooses. One that is gone is followed by no other: his second tap, or one that he has begun, would be on the next row's buttons.
 */
export function useChosen<Row>(rows: readonly Row[], idOf: (row: Row) => string, offered: Row | undefined): { readonly chosen: Row | undefined; readonly choose: (id: string) => void } {
  const [chosenId, choose] = useState(offered === undefined ? null : idOf(offered));
  return { chosen: rows.find((row) => idOf(row) === chosenId), choose };
}

function Pages({ page, pageCount, onPage }: { readonly page: number; readonly pageCount: number; readonly onPage: (page: number) => void }) {
  const text = useText();
  return (
    <div className="service-pages">
      <button type="button" className="service-button" disabled={page === 0} onClick={() => onPage(page - 1)}>←</button>
      <span>{text('service.page', { page: page + 1, count: pageCount })}</span>
      <button type="button" className="service-button" disabled={page + 1 >= pageCount} onClick={() => onPage(page + 1)}>→</button>
    </div>
  );
}

/** What the machine wrote down, in English as the journal has it; above it stands what it means, in the person's language. */
export function TechnicalRecord({ record }: { readonly record: string }) {
  const text = useText();
  return record === '' ? null : <p className="service-record">{text('service.record')}: <span lang="en" translate="no">{record}</span></p>;
}

const LEVELS = { ok: { icon: 'check', text: 'service.ok' }, attention: { icon: 'warning', text: 'service.attention' }, failed: { icon: 'x', text: 'service.failed' } } as const;

/** Shape, word and colour together. */
export function StateWord({ level, word }: { readonly level: 'ok' | 'attention' | 'failed'; readonly word?: string }) {
  const text = useText();
  return <span className={`state-mark ${level}`}><Icon name={LEVELS[level].icon} />{word ?? text(LEVELS[level].text)}</span>;
}
