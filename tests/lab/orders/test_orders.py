"""The orders that the constraints of the examples give: one fault per resource and hand-over, every action counted.

Each test begins with the seat, the address and the promoted signer on n1 and a standby on n2. On a node
that is busy Pacemaker runs one action at a time, and an order that is missing would show nowhere: hence the load_threshold."""

import shutil

import pytest

from board import HERE, Board, make_stage
from cluster.running import running_cluster
from machine import faults


@pytest.fixture(name="pair", scope="module")
def pair_fixture():
    """Two nodes with the dummies, configured once."""
    stage = make_stage()
    try:
        with running_cluster(size=2, stage=stage, load_threshold="10000%") as cluster:
            board = Board(cluster)
            cluster.evidence.append(str(board.path))
            board.clear()
            cluster.switch.boot_delay_s = 1
            cluster.configure((HERE / "cluster.crm").read_text())
            yield cluster, board
    finally:
        shutil.rmtree(stage)


def stands(view, active, standby):
    """Whether all of it is on one node, with a standby on the other."""
    return (view.online() == {"n1", "n2"} and view.promoted("kcn") == {active} and view.where("seat") == {active}
            and view.where("ip") == {active} and view.where("source") == {active}
            and view.where("kcn", "Unpromoted") == {standby} and view.where("fence"))


@pytest.fixture(name="cluster")
def cluster_fixture(pair, request):
    """The pair in the state that each test begins with."""
    cluster, board = pair
    if request.node.name == "test_first_start":
        return cluster
    cluster.lab.lan.heal()
    cluster.wait(lambda view: view.online() == {"n1", "n2"}, "both nodes are back")
    board.clear()
    cluster.living()[0].run("crm_resource", "--cleanup")
    cluster.wait(lambda view: view.score("kcn", "n1") == "200" and view.score("kcn", "n2") == "100" and view.promoted("kcn")
                 and not view.failures, "both nodes fit, one of them promoted")
    if cluster.view().promoted("kcn") != {"n1"}:
        cluster.move("seat", "n1")
        cluster.wait(lambda view: stands(view, "n1", "n2"), "the seat on n1 again")
        cluster.clear("seat")
    cluster.wait(lambda view: stands(view, "n1", "n2"), "active on n1, standby on n2")
    cluster.wait_until_idle()
    board.turn_page()
    return cluster


@pytest.fixture(name="board")
def board_fixture(pair, cluster):  # pylint: disable=unused-argument
    """The board, its page turned."""
    return pair[1]


def settle(cluster, active, standby):
    """Waits until all stands there and nothing is under way."""
    cluster.wait(lambda view: stands(view, active, standby), f"active on {active}, standby on {standby}", 60)
    cluster.wait_until_idle()


def test_first_start(cluster, board):
    """No promote before the seat is held and every standby has started; the higher score gets the seat."""
    settle(cluster, "n1", "n2")
    board.expect("n1 kcn start, n1 seat start, n1 kcn promote", "n2 kcn start, n1 kcn promote",
                 "n1 kcn start, n1 ip start, n1 source start, n1 kcn promote")


HAND_OVER = ("n1 source stop, n1 kcn demote, n1 seat stop, n2 seat start, n2 kcn promote",
             "n1 source stop, n1 kcn demote, n1 ip stop, n2 ip start, n2 source start, n2 kcn promote")


def test_move_of_the_seat(cluster, board):
    """The planned hand-over: the standby that is left behind goes on running."""
    cluster.move("seat", "n2")
    settle(cluster, "n2", "n1")
    cluster.clear("seat")
    cluster.wait_until_idle()
    board.expect(*HAND_OVER)


def test_node_standby_and_back(cluster, board):
    """The seat does not come back with its old node: stickiness lies above the gap of the scores."""
    cluster.crm("node", "standby", "n1")
    cluster.wait(lambda view: view.promoted("kcn") == {"n2"} and not view.where("kcn", "Unpromoted"), "n2 alone active")
    cluster.wait_until_idle()
    cluster.crm("node", "online", "n1")
    settle(cluster, "n2", "n1")
    board.expect(*HAND_OVER, "n1 kcn demote, n1 kcn stop, n1 kcn start")


def test_seat_stop_waits_for_a_slow_demote(cluster, board):
    """Nothing of the seat is touched while the old signer may still run."""
    board.pin("hang.n1.kcn.demote")
    cluster.move("seat", "n2")
    board.wait_for_begin("n1 kcn demote")
    assert [action.name for action in board.actions()] == ["n1 source stop", "n1 kcn demote"]
    board.unpin("hang.n1.kcn.demote")
    settle(cluster, "n2", "n1")
    cluster.clear("seat")
    cluster.wait_until_idle()
    board.expect(*HAND_OVER)


def test_active_signer_dies(cluster, board):
    """The seat moves at once and the promote does not wait for the restart on the broken node, which comes later, once."""
    cluster["n1"].run("rm /run/orders/kcn")
    cluster.fail("kcn", "n1")
    settle(cluster, "n2", "n1")
    board.expect(*HAND_OVER, "n1 kcn demote, n1 kcn stop, n2 kcn promote, n1 kcn start")
    assert board.last("n1 kcn demote").rc == 7


def test_standby_dies(cluster, board):
    """It is started again after its failure-timeout; the active one is not touched."""
    cluster["n2"].run("rm /run/orders/kcn")
    cluster.fail("kcn", "n2")
    board.wait("n2 kcn start")
    settle(cluster, "n1", "n2")
    board.expect("n2 kcn stop, n2 kcn start")


def test_seat_fails(cluster, board):
    """A seat that is lost takes the promotion with it: demoted before its stop, never left promoted; the standby runs on."""
    cluster.fail("seat", "n1")
    settle(cluster, "n2", "n1")
    board.expect(*HAND_OVER)


def test_address_fails(cluster, board):
    """It is mended in place; a healthy signer is not demoted for it."""
    cluster.fail("ip", "n1")
    board.wait("n1 source start")
    settle(cluster, "n1", "n2")
    board.expect("n1 source stop, n1 ip stop, n1 ip start, n1 source start")


def test_source_fails(cluster, board):
    """It is mended in place; neither the address nor the signer is touched for it."""
    cluster.fail("source", "n1")
    board.wait("n1 source start")
    settle(cluster, "n1", "n2")
    board.expect("n1 source stop, n1 source start")


def test_demote_waits_for_the_source(cluster, board):
    """No standby is started while the machine still speaks with the address that moves."""
    board.pin("hang.n1.source.stop")
    cluster.move("seat", "n2")
    board.wait_for_begin("n1 source stop")
    board.unpin("hang.n1.source.stop")
    settle(cluster, "n2", "n1")
    cluster.clear("seat")
    cluster.wait_until_idle()
    board.expect(*HAND_OVER)


def test_source_cannot_stop(cluster, board):
    """A route that cannot be taken away neither keeps the seat from moving, in the same order, nor costs the node its power."""
    mark = cluster.events.mark()
    board.pin("fail.n1.source.stop", "1")
    cluster.move("seat", "n2")
    settle(cluster, "n2", "n1")
    board.expect(*HAND_OVER)
    assert board.last("n1 source stop").rc == 1
    assert not cluster.events.since(mark, "fencing")
    board.unpin("fail.n1.source.stop")
    cluster.clear("seat")


def test_source_cannot_start(cluster, board):
    """A route that cannot be set is no reason to move address or seat; it is tried again, but calmly."""
    board.pin("fail.n2.source.start", "1")
    cluster.move("seat", "n2")
    board.wait("n2 source stop")
    cluster.clear("seat")
    cluster.wait(lambda view: view.promoted("kcn") == {"n2"} and view.where("ip") == {"n2"}, "active on n2")
    cluster.wait_until_idle()
    board.expect(*HAND_OVER, "n2 source start, n2 source stop")
    board.turn_page()
    board.unpin("fail.n2.source.start")
    board.wait("n2 source start")
    settle(cluster, "n2", "n1")
    board.expect("n2 source start")


def test_seat_cannot_start_on_the_other_node(cluster, board):
    """One try there, then it is back where it was, and signs."""
    board.pin("fail.n2.seat.start", "1")
    cluster.move("seat", "n2")
    board.wait("n2 seat start")
    cluster.clear("seat")
    settle(cluster, "n1", "n2")
    assert [a.rc for a in board.actions() if a.name == "n2 seat start"] == [1]
    assert "n2 kcn promote" not in [a.name for a in board.actions()]
    assert board.last("n2 seat stop").end <= board.last("n1 seat start").begin <= board.last("n1 kcn promote").begin


@pytest.mark.parametrize("withdrawn_as", ["delete", "-INFINITY"])
def test_refused_promote_is_calm(cluster, board, withdrawn_as):
    """One promote, not a loop; it is tried again only when a monitor has published a score again."""
    cluster.switch.stays_off.add("n1")
    try:
        board.pin("refuse.n2", withdrawn_as)
        cluster["n1"].power_off()
        board.wait("n2 kcn promote")
        board.wait("n2 kcn start")          # after the failure-timeout it is a standby again
        cluster.wait(lambda view: view.where("kcn", "Unpromoted") == {"n2"}, "a standby that runs")
        cluster.wait_until_idle()
        board.expect("n2 seat start, n2 kcn promote, n2 kcn demote, n2 seat stop",
                     "n2 kcn promote, n2 kcn demote, n2 kcn stop, n2 kcn start",
                     "n2 ip start, n2 source start, n2 kcn promote, n2 source stop, n2 kcn demote, n2 ip stop")
        board.turn_page()
        board.unpin("refuse.n2")
        board.pin("score.n2", "100")
        cluster.wait(lambda view: view.promoted("kcn") == {"n2"}, "n2 promoted after all")
        cluster.wait_until_idle()
        board.expect("n2 seat start, n2 kcn promote", "n2 ip start, n2 source start, n2 kcn promote")
    finally:
        cluster.switch.stays_off.clear()
        cluster["n1"].boot()


def fenced(node):
    """Test for the event that says so."""
    return lambda event: event.kind == "fencing" and event.node == node and event.rc == 0


def test_power_cut_of_the_active_node(cluster, board):
    """Fenced first, then the seat; the old node comes back as a standby."""
    mark = cluster.events.mark()
    cluster["n1"].power_off()
    settle(cluster, "n2", "n1")
    board.expect("n2 seat start, n2 kcn promote", "n2 ip start, n2 source start, n2 kcn promote", "n1 kcn start")
    assert cluster.wait_for_event(mark, fenced("n1"), "n1 fenced").time <= board.last("n2 seat start").begin


def test_seat_cannot_stop(cluster, board):
    """A seat that cannot prove its stop costs the node its power before the other one gets it."""
    mark = cluster.events.mark()
    board.pin("fail.n1.seat.stop", "1")
    cluster.move("seat", "n2")
    event = cluster.wait_for_event(mark, fenced("n1"), "n1 fenced")
    board.unpin("fail.n1.seat.stop")
    cluster.wait(lambda view: view.promoted("kcn") == {"n2"}, "n2 promoted")
    assert board.last("n1 seat stop").end <= event.time <= board.last("n2 seat start").begin
    cluster.wait(lambda view: view.online() == {"n1", "n2"}, "n1 is back")
    cluster.clear("seat")
    settle(cluster, "n2", "n1")


def test_partition(cluster, board):
    """Both believe that the other is gone; the power switch lets one live, and only that one has the seat."""
    mark = cluster.events.mark()
    faults.partition(cluster.lab.lan, ["n1"], ["n2"])
    winner_event = cluster.events.wait(lambda: next((e for e in cluster.events.since(mark, "fencing") if e.rc == 0), None), 30)
    assert winner_event, cluster.describe()
    loser = winner_event.node
    winner = {"n1": "n2", "n2": "n1"}[loser]
    cluster.lab.lan.heal()
    settle(cluster, winner, loser)
    starts = [a for a in board.actions() if a.name.endswith("seat start")]
    assert all(a.name == "n2 seat start" and a.begin >= winner_event.time for a in starts), f"{board}"
    assert len(starts) == (1 if winner == "n2" else 0)
