/** The Parquet file, read by a library. */
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { resultColumns } from '../../src/campaign/columns.ts';
import { parquetOf } from '../../src/host/parquet.ts';
import { rowsOf } from '../campaign/made-up.ts';

test('every cell is read back', async () => {
  const rows = rowsOf('sb', [['panic', 'recovered'], ['not activated', 'not activated'], ['hang', 'no effect']]);
  const bytes = parquetOf(rows), file = new ArrayBuffer(bytes.length);
  new Uint8Array(file).set(bytes);
  const read = await parquetReadObjects({ file });
  expect(read).toEqual(rows.map((row) =>
    Object.fromEntries(resultColumns.map(({ name, of }) => [name, of(row) ?? null]))));
});

test('no rows make a file too', async () => {
  const bytes = parquetOf([]), file = new ArrayBuffer(bytes.length);
  new Uint8Array(file).set(bytes);
  expect(await parquetReadObjects({ file })).toEqual([]);
});
