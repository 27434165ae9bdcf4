import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { moment } from '../../text/figures.ts';
import { isTextId, useText, type Texter } from '../../text/use-text.ts';
import { ServiceFind } from './service-find.tsx';
import { ServiceFrame, StateWord, TechnicalRecord } from './service-frame.tsx';

type Data = ScreenData<'service-journal'>;

/** One operation by what a customer has in hand, and how the journal is kept: seals here and at the bank, the second copy and how far behind it is, what is let go of, keys. */
export function ServiceJournal({ data }: { readonly data: Data }) {
  const text = useText();
  return (
    <ServiceFrame data={data} page="journal">
      <h2>{text('service.journalPage')} <span>{text('service.journal.entries', { count: data.entryCount })}</span></h2>
      <ServiceFind found={data.found} />
      <div className="service-cards">
        <section className="service-card">
          <h3>{text('service.journal.seals')}</h3>
          <Line name={text('service.journal.sealedUpTo')} value={placeOf(data.seal)} />
          <Line name={text('service.journal.bankHolds')} value={placeOf(data.bankSeal)} />
        </section>
        <section className="service-card">
          <h3>{text('service.journal.mirror')} <StateWord level={mirrorLevel(data.mirror)} word={text(`service.mirror.${data.mirror?.state ?? 'none'}`)} /></h3>
          {data.mirror === null ? null : <Line name={text('service.journal.lag')} value={String(data.mirror.lagEntryCount)} />}
          <TechnicalRecord record={data.mirror?.detail ?? ''} />
        </section>
        <section className="service-card">
          <h3>{text('service.journal.retention')}</h3>
          {data.policy === null ? <p>{text('service.journal.keepAll')}</p> : (
            <>
              <Line name={data.policy.policyId} value={text('service.journal.version', { version: data.policy.version })} />
              {data.policy.classes.map(({ classId, keepDays }) => <Line key={classId} name={className(classId, text)} value={text('service.journal.days', { days: keepDays })} />)}
            </>
          )}
          {data.lastPurge === null ? null : <p><small>{text('service.journal.lastPurge', { date: moment(data.lastPurge.atUtcMs).date, count: data.lastPurge.entryCount })}</small></p>}
          {data.policyProblem === null ? null : <p><StateWord level="attention" word={text('service.journal.policyRefused')} /></p>}
          <TechnicalRecord record={data.policyProblem ?? ''} />
        </section>
        <section className="service-card">
          <h3>{text('service.journal.keys')}</h3>
          {data.keys.map(({ purpose, keyId, sinceUtcMs }) => <Line key={`${purpose}${keyId}`} name={`${text(`service.key.${purpose}`)} ${keyId.slice(0, 12)}`} value={moment(sinceUtcMs).date} />)}
        </section>
      </div>
    </ServiceFrame>
  );
}

function Line({ name, value }: { readonly name: string; readonly value: string }) {
  return <p className="service-line"><span>{name}</span><b className="nowrap">{value}</b></p>;
}

function placeOf(place: Data['seal']): string {
  return place === null ? '–' : `${place.upToEntryNumber} · ${moment(place.atUtcMs).date} ${moment(place.atUtcMs).time}`;
}

function mirrorLevel(mirror: Data['mirror']): 'ok' | 'attention' | 'failed' {
  if (mirror === null || mirror.state === 'starting') return 'attention';
  return mirror.state === 'following' ? 'ok' : 'failed';
}

function className(classId: string, text: Texter): string {
  const key = `service.class.${classId}`;
  return isTextId(key) ? text(key) : classId;
}
