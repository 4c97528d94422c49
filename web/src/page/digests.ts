// Digests by workers: two files at a time, with progress.
import source from 'exhibit:worker';
import type { FileDigests } from '../verify/digests';

interface Job {
  order: { id: number; root: boolean; blob?: Blob; url?: string };
  progress: (read: number) => void;
  resolve: (result: FileDigests) => void;
  reject: (error: Error) => void;
}

export class Digests {
  private readonly idle: Worker[] = [];
  private readonly queue: Job[] = [];
  private readonly all: Worker[] = [];
  private readonly active = new Set<Job>();
  private next = 0;

  constructor(workers = 2) {
    // From a blob: a page that was opened from disk may not load a worker's file.
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    for (let i = 0; i < workers; ++i) {
      const worker = new Worker(url);
      this.idle.push(worker);
      this.all.push(worker);
    }
    URL.revokeObjectURL(url);
  }

  of(what: { blob?: Blob; url?: string }, root: boolean, progress: (read: number) => void): Promise<FileDigests> {
    return new Promise((resolve, reject) => {
      this.queue.push({ order: { id: ++this.next, root, ...what }, progress, resolve, reject });
      this.feed();
    });
  }

  close(): void {
    for (const worker of this.all) worker.terminate();
    for (const job of [...this.active, ...this.queue.splice(0)]) job.reject(new Error('stopped'));
    this.active.clear();
  }

  private feed(): void {
    while (this.idle.length && this.queue.length) {
      const worker = this.idle.pop()!;
      const job = this.queue.shift()!;
      this.active.add(job);
      const done = () => {
        this.active.delete(job);
        worker.onmessage = worker.onerror = null;
        this.idle.push(worker);
        this.feed();
      };
      worker.onmessage = ({ data }) => {
        if (data.id !== job.order.id) return;
        if (data.read !== undefined) return job.progress(data.read);
        done();
        if (data.result) job.resolve(data.result);
        else job.reject(new Error(data.error));
      };
      worker.onerror = (event) => {
        done();
        job.reject(new Error(event.message || 'the worker failed'));
      };
      worker.postMessage(job.order);
    }
  }
}
