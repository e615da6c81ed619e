/**
 * A campaign on disk:
 *
 *   campaign.json        what it is, and of which build
 *   turns/0001.json      each process that has worked at it
 *   journals/0001-1.jsonl   the records of such a process's first worker, and so on
 *   report.html          what came of it, once it was finished
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../assert.ts';
import type { Campaign } from '../campaign/campaign.ts';
import type { TrialRecord } from '../campaign/record.ts';
import type { CampaignIdentity } from './campaign-identity.ts';
import { attempt } from './files.ts';
import { readJournal } from './journal.ts';
import { makeFolder, writeWhole } from './output.ts';
import { takeTurn, type Turn } from './turns.ts';
import { UserError } from './user-error.ts';

interface CampaignFile {
  readonly format: number;
  readonly campaign: Campaign;
  readonly identity: CampaignIdentity;
}

/** Changes when folders of before can no longer be read. */
const format = 1;

export class CampaignFolder {
  readonly path: string;
  readonly campaign: Campaign;
  readonly #turn: Turn | undefined;

  private constructor(path: string, campaign: Campaign, turn?: Turn) {
    this.path = path;
    this.campaign = campaign;
    this.#turn = turn;
  }

  /** A new campaign, to work at. @throws UserError when the folder holds one, or cannot be written */
  static create(path: string, campaign: Campaign, identity: CampaignIdentity): CampaignFolder {
    const file = fileIn(path), contents: CampaignFile = { format, campaign, identity };
    return holding(path, (turn) => {
      if (existsSync(file)) throw new UserError(`${path} holds a campaign already: go on with it by --resume ${path}`);
      attempt(`cannot write ${path}`, () => makeFolder(join(path, 'journals')));
      writeWhole(file, `${JSON.stringify(contents, undefined, 1)}\n`);
      return new CampaignFolder(path, campaign, turn);
    });
  }

  /** A campaign to go on with. @throws UserError when it was begun with another build, or another process is at it */
  static resume(path: string, identity: CampaignIdentity): CampaignFolder {
    const { campaign, identity: before } = readCampaign(path);
    const differ = [
      ...(identity.images === before.images ? [] : ['guest images']),
      ...(identity.program === before.program ? [] : ['code of trials']),
    ];
    if (differ.length > 0) throw new UserError(`${path} was begun with other ${differ.join(' and ')}: begin a new one`);
    return holding(path, (turn) => new CampaignFolder(path, campaign, turn));
  }

  /** A campaign to look at. @throws UserError when the folder holds none, or it cannot be read */
  static open(path: string): CampaignFolder {
    return new CampaignFolder(path, readCampaign(path).campaign);
  }

  /** Lets others work at it. */
  release(): void {
    this.#turn?.end();
  }

  /** Where the nth worker's journal is to be; only for who works at it. */
  journalPath(worker: number): string {
    assert(this.#turn, 'only who has the turn may write');
    return join(this.path, 'journals', `${String(this.#turn.number).padStart(4, '0')}-${worker}.jsonl`);
  }

  /**
   * Gives `take` all records, those of earlier processes first.
   * @returns how many were damaged or torn, and are lost
   */
  read(take: (record: TrialRecord) => void): number {
    const journals = join(this.path, 'journals');
    const names = attempt(`cannot read ${journals}`, () => readdirSync(journals))
      .filter((name) => /^\d+-\d+\.jsonl$/.test(name));
    let damaged = 0;
    for (const name of names.sort()) {
      const { records, lost } = readJournal(join(journals, name));
      for (const record of records) take(record);
      damaged += lost();
    }
    return damaged;
  }
}

const fileIn = (folder: string) => join(folder, 'campaign.json');

/** Takes the turn, and gives it back when something goes wrong. */
function holding<T>(path: string, work: (turn: Turn) => T): T {
  const turn = takeTurn(join(path, 'turns'), path);
  try {
    return work(turn);
  } catch (error) {
    turn.end();
    throw error;
  }
}

function readCampaign(path: string): CampaignFile {
  const file = fileIn(path);
  const text = attempt(`${path} holds no campaign: cannot read ${file}`, () => readFileSync(file, 'utf8'));
  const contents = parse(text);
  if (contents?.format !== format) throw new UserError(`${file} is no description of a campaign that can be read here`);
  return contents;
}

function parse(text: string): CampaignFile | undefined {
  try {
    return JSON.parse(text) as CampaignFile;
  } catch {
    return undefined;
  }
}
