import { parentPort, workerData } from 'node:worker_threads';
import { prepare, type AuthorTask } from './author-task.js';

const perform = prepare(workerData as AuthorTask);
parentPort?.on('message', (file: string) => parentPort?.postMessage(perform(file)));
parentPort?.postMessage('ready');
