import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { NoteRow } from '../../parts/money.tsx';
import { amount } from '../../text/figures.ts';
import { useText } from '../../text/use-text.ts';
import { ServiceFrame, StateWord } from './service-frame.tsx';

type Unit = ScreenData<'service-cash'>['units'][number];
const LEVELS = { ok: 'ok', low: 'attention', empty: 'failed', full: 'attention' } as const;

export function ServiceCash({ data }: { readonly data: ScreenData<'service-cash'> }) {
  const text = useText();
  return (
    <ServiceFrame data={data} page="cash">
      <h2>{text('service.cash')} <span className="nowrap">{amount(data.totalMinor)}</span></h2>
      <table>
        <thead>
          <tr>
            {(['unit', 'state', 'notes', 'fill', 'sum'] as const).map((column) => <th key={column} scope="col">{text(`service.col.${column}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {data.units.map((unit) => (
            <tr key={unit.unitId} className={LEVELS[unit.level]}>
              <td><b>{text(`service.unit.${unit.role}`, { number: unit.cassetteNumber ?? '' })}</b><small>{unit.unitId}</small></td>
              <td><StateWord level={LEVELS[unit.level]} word={text(`service.level.${unit.level}`)} /></td>
              <td><NoteRow notes={unit.notes} small /></td>
              <td><Fill unit={unit} /></td>
              <td className="right nowrap">{amount(unit.totalMinor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <section className="service-card">
        <h3>{text('service.suspense')} <span className="nowrap">{amount(data.suspenseMinor)}</span></h3>
      </section>
    </ServiceFrame>
  );
}

function Fill({ unit }: { readonly unit: Unit }) {
  const text = useText();
  const noteCount = unit.notes.reduce((sum, note) => sum + note.noteCount, 0);
  return (
    <>
      <meter min={0} max={unit.capacity} value={noteCount} aria-label={text('service.col.fill')} />
      <small>{text('service.pieces', { count: noteCount })}</small>
    </>
  );
}
