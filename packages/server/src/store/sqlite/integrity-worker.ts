/** Runs in a thread of its own: see integrity.ts. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { findDamage } from './integrity.ts';

const db = new DatabaseSync(workerData, { readOnly: true, timeout: 5000 });
parentPort?.postMessage(findDamage(db));
db.close();
