/*
 * The lifecycle of one grouped group, once more, in Promela: written from QEMU's tables and the
 * design, not from the code, so that Spin's verdict is a second opinion and no echo. spin.ts runs
 * it; spin.test.ts compares the states and steps it reaches with those of the TypeScript.
 *
 * Core profile: no worker is ever lost, every report comes once and in order. Each job has a
 * worker and a client, which are processes; each of their options is one indivisible commit.
 *
 *   -DN=1..3             jobs
 *   -DMIRROR             jobs that become ready: adds ready, complete and soft cancel
 *   -DFINALIZE, DISMISS  bits: whether job 0, 1, 2 is finalized, or dismissed, by itself
 *   -DSHOW               prints every step, `verb job: state > state`, if compiled with -DPRINTF
 *   -DBROKEN_NAME        takes one guard away, to see that its absence is noticed
 *
 * Run spin with -o2: else it takes what is only printed for useless, and drops it from the state.
 */

#ifndef N
#define N 1
#endif
#ifndef FINALIZE
#define FINALIZE 0
#endif
#ifndef DISMISS
#define DISMISS 0
#endif

/* The statuses: QEMU's letters, in QEMU's order (Z for null). */
#define C 1
#define R 2
#define P 3
#define Y 4
#define S 5
#define W 6
#define D 7
#define X 8
#define E 9
#define Z 10

/* How strongly a cancel was asked for; what the group decided; how far a job has carried it out. */
#define SOFT 1
#define FORCE 2
#define COMMIT 1
#define ABORT 2
#define ACTED 1
#define CLEANED 2

byte st[N];
bit userPaused[N];
byte cancel[N];
bit completing[N];
bit failed[N];   /* an error is recorded: the outcome cannot be success any more */
bit vote[N];
byte did[N];     /* which of COMMIT and ABORT the driver was told */
byte done[N];
bit finalizing;
byte decision;

hidden byte k, sum;   /* temporaries of one step; 0 between steps */

#define working(j) (st[j] >= C && st[j] <= S)
#define runs(j) (st[j] == R || st[j] == Y)
#define parked(j) (st[j] == P || st[j] == S)
#define isReady(j) (st[j] == Y || st[j] == S)
#define mayGoOn(j) (!userPaused[j] || cancel[j] == FORCE)
#define votes(j) (st[j] == D && finalizing && decision == 0 && !vote[j])

#include "guards.pml"

/* ---- what must hold ---- */

#define follows(a, b) ( \
  (a == C && (b == R || b == X || b == Z)) || \
  (a == R && (b == P || b == Y || b == W || b == X)) || \
  (a == P && b == R) || \
  (a == Y && (b == S || b == W || b == X)) || \
  (a == S && b == Y) || \
  (a == W && (b == D || b == X)) || \
  (a == D && (b == X || b == E)) || \
  (a == X && b == E) || \
  (a == E && b == Z))

/* S1 S3 S4 S10: every change is in the table. */
inline move(j, to) {
  assert(follows(st[j], to));
  st[j] = to
}

inline print() {
#ifdef SHOW
  for (k : 0 .. N - 1) {
    printf("%d %d %d %d %d %d ", st[k], userPaused[k], cancel[k], completing[k], vote[k], done[k])
  }
  printf("%d %d", finalizing, decision);
#endif
  k = 0
}

/* Every step begins with what is said of which job. */
#ifdef SHOW
#define said(what, j) printf(what); printf(" %d: ", j); print(); printf(" > ")
#else
#define said(what, j) k = 0
#endif

/* The end of a step: what must hold in the state that it leaves behind. */
inline after() {
  sum = 0;
  for (k : 0 .. N - 1) {
    /* S6: waiting and pending without an error, aborting with one. */
    assert(!((st[k] == W || st[k] == D) && failed[k]));
    assert(!(st[k] == X && !failed[k]));
    /* G5 S9: the driver is told nothing before the decision, and nothing else than it. */
    assert(did[k] == 0 || did[k] == decision);
    /* G3 G6 S14: who was forced to end has not committed; a commit leaves nobody behind. */
    assert(!(did[k] == COMMIT && (failed[k] || cancel[k] == FORCE)));
    assert(!(decision == COMMIT && (failed[k] || cancel[k] == FORCE || !vote[k])));   /* G4 */
    assert(!(decision == ABORT && (st[k] == W || st[k] == D || st[k] == C)));         /* G8 */
    /* G7: a failure, or a forced cancel, has decided already. */
    assert(decision == ABORT || !(failed[k] || cancel[k] == FORCE));
    sum = sum + (st[k] == D)
  }
  /* G2: all are pending or none is, as long as nothing is decided. G9: no prepare before that. */
  assert(decision != 0 || sum == 0 || sum == N);
  assert(decision != 0 || !finalizing || sum == N);
  print();
#ifdef SHOW
  printf("\n");
#endif
  sum = 0
}

/* Under weak fairness, whatever the clients do or leave: E4, E5, E7, E8. */
#define ended(j) (st[j] >= E)
#define allEnded (ended(0) && ended(N / 2) && ended(N - 1))
ltl cancelEnds { [] (cancel[0] == FORCE -> <> ended(0)) }
ltl decisionReaches { [] (decision != 0 -> <> allEnded) }
ltl pauseParks { [] (userPaused[0] && runs(0) -> <> (!userPaused[0] || !runs(0))) }
ltl resumeRuns { [] (parked(0) && !userPaused[0] -> <> (!parked(0) || userPaused[0])) }

/* ---- what follows from what ---- */

inline decide(what) {
  assert(decision == 0);   /* G5 */
  decision = what
}

inline force(j) {
  userPaused[j] = pauseLeft(j);
  cancel[j] = FORCE
}

inline condemn(j) {
  force(j);
  failed[j] = 1;
  move(j, X)
}

/* Reaches every member; the one through which it came is a member like any other. */
inline abortGroup() {
  if
  :: decision == 0 ->
    decide(ABORT);
    for (k : 0 .. N - 1) {
      if
      :: st[k] == C -> condemn(k); move(k, E); move(k, Z)   /* nobody to be told: gone at once */
      :: runs(k) || parked(k) -> force(k)
      :: st[k] == W || st[k] == D -> condemn(k)
      :: else
      fi
    }
  :: else
  fi
}

inline fail(j) {
  failed[j] = 1;
  move(j, X);
  abortGroup()
}

/* The last one to finish turns all to pending. */
inline converge() {
  sum = 0;
  for (k : 0 .. N - 1) { sum = sum + (st[k] == W) }
  if
  :: sum >= quorum ->
    for (k : 0 .. N - 1) {
      if
      :: st[k] == W -> move(k, D)
      :: else
      fi
    }
#if FINALIZE == (1 << N) - 1
    finalizing = 1   /* G10: unless one member is finalized by hand */
#endif
  :: else
  fi
}

inline tally() {
  sum = 0;
  for (k : 0 .. N - 1) { sum = sum + vote[k] }
  if
  :: sum >= enough && decision == 0 -> decide(COMMIT)
  :: else
  fi
}

inline conclude(j) {
  assert(did[j] == decision);   /* S9: what was decided is done before the clean-up */
  done[j] = CLEANED;
  move(j, E);
  if
  :: (DISMISS >> j) & 1 -> move(j, Z)
  :: else
  fi
}

/* ---- who does what ---- */

proctype Worker(byte j) {
end:
  do
  :: d_step { st[j] == C -> said("claimed", j); move(j, R); after() }

  /* A pause point parks who was asked to, unless he is to end. */
  :: d_step { st[j] == R && mayPark(j) -> said("paused", j); move(j, P); after() }
  :: d_step { st[j] == P && mayGoOn(j) -> said("resumed", j); move(j, R); after() }
#ifdef MIRROR
  :: d_step { st[j] == Y && mayPark(j) -> said("paused", j); move(j, S); after() }
  :: d_step { st[j] == S && mayGoOn(j) -> said("resumed", j); move(j, Y); after() }
  :: d_step { st[j] == R -> said("ready", j); move(j, Y); after() }
#endif

  /* The run ends; success comes too late for who was to end. */
  :: d_step { maySucceed(j) -> said("finished", j); move(j, W); converge(); after() }
  :: d_step { runs(j) && cancel[j] == FORCE -> said("finished", j); fail(j); after() }
  :: d_step { runs(j) -> said("failed", j); fail(j); after() }
  /* Parked, and cannot go on: running (ready) again for no longer than it takes to say so. */
  :: d_step { st[j] == P -> said("failed", j); unpark(j, R); fail(j); after() }
#ifdef MIRROR
  :: d_step { st[j] == S -> said("failed", j); unpark(j, Y); fail(j); after() }
#endif

  :: d_step { votes(j) -> said("prepared", j); vote[j] = 1; tally(); after() }
  :: d_step { votes(j) -> said("failed", j); fail(j); after() }
  :: d_step { st[j] == D && decision == COMMIT && done[j] == 0 ->
      said("committed", j); did[j] = COMMIT; done[j] = ACTED; after() }
  :: d_step { mayUndo(j) -> said("aborted", j); did[j] = ABORT; done[j] = ACTED; after() }
  :: d_step { (st[j] == D && decision == COMMIT || st[j] == X) && isOver(j) ->
      said("cleaned", j); conclude(j); after() }
  od
}

proctype Client(byte j) {
end:
  do
  :: d_step { working(j) && !userPaused[j] -> said("pause", j); userPaused[j] = 1; after() }
  :: d_step { working(j) && userPaused[j] -> said("resume", j); userPaused[j] = 0; after() }
  /* Asked again, it lifts again a pause that was asked in between. */
  :: d_step { mayCancel(j) -> said("cancel", j); force(j); abortGroup(); after() }
#ifdef MIRROR
  /* Softly, when ready: the run may end with success. It does not weaken a forced cancel. */
  :: d_step { isReady(j) && !userPaused[j] && cancel[j] == 0 ->
      said("soft cancel", j); cancel[j] = SOFT; after() }
  :: d_step { isReady(j) && !userPaused[j] && cancel[j] != 0 -> said("soft cancel", j); after() }
  /* Softly, when not ready, or not any more: the same as forced. */
  :: d_step { mayCancel(j) && !isReady(j) && !userPaused[j] ->
      said("soft cancel", j); force(j); abortGroup(); after() }
  :: d_step { isReady(j) && cancel[j] == 0 -> said("complete", j); completing[j] = 1; after() }
#endif
  :: d_step { st[j] == D && !finalizing -> said("finalize", j); finalizing = 1; after() }
  :: d_step { st[j] == E -> said("dismiss", j); move(j, Z); after() }
  od
}

init {
  atomic {
    for (k : 0 .. N - 1) {
      st[k] = C;
      run Worker(k);
      run Client(k)
    }
    k = 0
  }
  /* E3: when nothing can happen any more, all is over. */
  atomic {
    timeout ->
    for (k : 0 .. N - 1) { assert(st[k] == Z) }
    k = 0
  }
}
