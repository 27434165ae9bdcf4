import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { moment } from '../../text/figures.ts';
import { isTextId, useText } from '../../text/use-text.ts';
import { StateWord, TechnicalRecord } from './service-frame.tsx';

type Trouble = ScreenData<'service-login'>['troubles'][number];

/** Why the terminal is out of service, and what to do about it: the first thing that whoever turned the key has to know. */
export function ServiceTroubles({ troubles }: { readonly troubles: readonly Trouble[] }) {
  const text = useText();
  if (troubles.length === 0) return null;
  return (
    <section className="service-card service-troubles" role="alert">
      {troubles.map((trouble) => {
        const [what, remedy] = [`trouble.${trouble.code}`, `trouble.${trouble.code}.do`];
        const since = moment(trouble.sinceUtcMs);
        return (
          <div key={trouble.code} className="incident">
            <p><StateWord level="failed" word={isTextId(what) ? text(what) : trouble.code} /> <small>{trouble.code} · {since.date} {since.time}</small></p>
            <p>{isTextId(remedy) ? text(remedy) : ''}</p>
            <TechnicalRecord record={trouble.detail} />
          </div>
        );
      })}
    </section>
  );
}
