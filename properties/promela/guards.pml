/*
 * The guards of lifecycle.pml that can be taken away, by -DBROKEN_NAME, to see that Spin or the
 * comparison notices.
 */

#ifdef BROKEN_CANCEL
#define mayCancel(j) (working(j) || st[j] == W || st[j] == D)
#else
#define mayCancel(j) (working(j) || st[j] == W || (st[j] == D && decision != COMMIT))
#endif

#ifdef BROKEN_SUCCESS
#define maySucceed(j) (runs(j))
#else
#define maySucceed(j) (runs(j) && cancel[j] != FORCE)
#endif

#ifdef BROKEN_TALLY
#define enough 1
#else
#define enough N
#endif

#ifdef BROKEN_STEP
#define isOver(j) 1
#else
#define isOver(j) (done[j] == ACTED)
#endif

#ifdef BROKEN_PARK
#define mayPark(j) userPaused[j]
#else
#define mayPark(j) (userPaused[j] && cancel[j] != FORCE)
#endif

#ifdef BROKEN_UNDO
#define mayUndo(j) 0
#else
#define mayUndo(j) (st[j] == X && done[j] == 0)
#endif

#ifdef BROKEN_CONVERGE
#define quorum 1
#else
#define quorum N
#endif

#ifdef BROKEN_PARKED
#define unpark(j, to) k = 0
#else
#define unpark(j, to) move(j, to)
#endif

#ifdef BROKEN_LIFT
#define pauseLeft(j) (userPaused[j] && cancel[j] == FORCE)
#else
#define pauseLeft(j) 0
#endif
