# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random requests in random orders, against a model of what a keeper promises. One seed again:
KEEPER_SEED=1234 make check-keeper PYTEST_ARGS='-k model'."""
import os
import pathlib
import random
import signal

import pytest

from keeper import IDENTITY, KEYS, NAMES, SOURCE, Signer, ask, files, write_key

STEPS = 60
SEEDS = ([int(os.environ["KEEPER_SEED"])] if "KEEPER_SEED" in os.environ
         else [random.randrange(10 ** 6) for _ in range(12)])


class Model:
    """What is so, as an onlooker counts it."""

    def __init__(self, keeper, identity, pacemaker):
        self.keeper, self.identity, self.pacemaker = keeper, identity, pacemaker
        self.held = self.armed = self.eased = self.died = False
        self.epoch = 0         # of the last holding
        self.signer_epoch = 0
        self.signer = None     # the process that is watched
        self.group = None      # the signer whose control group is known
        self.source_right = self.files_right = True
        self.signers = []

    # what happens around the keeper

    def step_break_source(self, random):
        write_key(SOURCE / "nodekey", random.choice(["", "1" * 64, self.identity.keys["nodekey"] + "0"]))
        self.source_right = False

    def step_mend_source(self, random):
        write_key(SOURCE / "nodekey", self.identity.keys["nodekey"])
        self.source_right = True

    def step_break_files(self, random):
        if self.held:
            random.choice([lambda: (KEYS / "nodekey").unlink(missing_ok=True),
                           lambda: write_key(KEYS / "nodekey", "1" * 64),
                           lambda: write_key(KEYS / "bls-nodekey", "", 0o644)])()
            self.files_right = False

    def step_kill_signer(self, random):
        if self.signer and self.signer.runs:
            self.signer.kill()
            self.died = not self.eased
            if self.died:
                self.expect_news()
            self.signer = None

    def step_restart_keeper(self, random):
        self.keeper.again(random.choice([signal.SIGKILL, signal.SIGTERM]))
        if self.armed and self.died and not self.eased:
            self.expect_news()

    def expect_news(self):
        for name in ("crm_mon", "crm_attribute", "crm_resource"):
            assert self.pacemaker.expect(name)[1][0] == name

    # requests, and what they must say

    def step_acquire(self, random):
        answer = ask("acquire", address=self.identity.address)
        if self.held and self.files_right:
            assert answer["result"] == "ok" and answer["epoch"] == str(self.epoch)
        elif self.source_right:
            self.epoch += 1
            self.held = self.files_right = True
            assert answer["result"] == "ok" and answer["epoch"] == str(self.epoch)
        else:
            self.held, self.files_right = False, True
            assert answer["result"] != "ok" and str(SOURCE) in answer["reason"]

    def step_acquire_anothers(self, random):
        address = random.choice(["0x" + "1" * 40, "", None, self.identity.address[:-1]])
        assert ask("acquire", address=address)["result"] == "refused"

    def group_is_empty(self):
        return self.group is not None and not self.group.runs

    def step_arm(self, random):
        unit = random.choice(["kcnd.service", "other.service", "", None])
        answer = ask("arm", unit=unit, resource="kcn", node="node1")
        if not self.held:
            assert answer["result"] == "refused"
            return
        if self.armed and not self.group_is_empty():
            assert answer["result"] == "failed"
            return
        self.forget()
        if not unit:
            assert answer["result"] == "refused"
            return
        assert answer["result"] == "ok" and answer["epoch"] == str(self.epoch)
        self.armed, self.signer_epoch = True, self.epoch

    def forget(self):
        self.armed = self.eased = self.died = False
        self.signer = self.group = None
        self.signer_epoch = 0

    def step_watch(self, random):
        signer = random.choice([None, *self.signers[-2:]]) or Signer()
        if signer not in self.signers:
            self.signers.append(signer)
        if not signer.runs:
            signer.start()
        answer = ask("watch", pid=signer.pid, cgroup=signer.group)
        if not self.armed:
            assert answer["result"] == "refused"
            return
        if self.signer and self.signer is not signer:
            self.signer.kill()  # nobody runs two; what is watched now is the new one
        assert answer["result"] == "ok", answer
        self.signer = self.group = signer
        self.eased = self.died = False

    def step_watch_nothing(self, random):
        fields = random.choice([{"pid": 1, "cgroup": "/none-such"}, {"pid": 1}, {"cgroup": "/x"},
                                {"pid": 0, "cgroup": "/x"}, {"pid": 1, "cgroup": "/"}, {}])
        assert ask("watch", **fields)["result"] != "ok"

    def step_ease(self, random):
        assert ask("ease")["result"] == "ok"
        self.eased = self.eased or self.armed

    def step_disarm(self, random):
        answer = ask("disarm")
        if self.armed and not self.group_is_empty():
            assert answer["result"] == "failed"
            return
        assert answer["result"] == "ok"
        self.forget()

    def step_lose(self, random):
        answer = ask("lose")
        if self.armed and self.group is None:
            assert answer["result"] == "failed"  # no bus to ask where it is
            self.eased = True
            self.files_right = not self.held  # what can be wiped is
            return
        assert answer["result"] == "ok", answer
        if self.group and self.group.runs:
            assert self.group.process.wait(5) == -signal.SIGKILL
            if self.armed and not self.eased:
                self.expect_news()
        self.forget()
        self.held, self.files_right = False, True

    def step_nonsense(self, random):
        assert ask(random.choice(["", "none", "statu"]))["result"] == "refused"

    # what holds after each step

    def check(self):
        status = ask("status")
        assert status["held"] == ("yes" if self.held else "no")
        assert status["epoch"] == (str(self.epoch) if self.held else "0")
        assert ("fault" in status) == (self.held and not self.files_right)
        assert status["armed"] == ("yes" if self.armed else "no")
        assert status["signer_epoch"] == str(self.signer_epoch)
        assert status["signer_pid"] == (str(self.signer.pid) if self.signer else "0")
        if not self.held:
            assert files() == []
        elif self.files_right:
            assert files() == sorted(NAMES)
        if self.held and self.files_right:
            for name in NAMES:
                assert (KEYS / name).read_text() == self.identity.keys[name]
                assert (KEYS / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("seed", SEEDS)
def test_the_keeper_does_what_the_model_says(keeper, identity, pacemaker, seed):
    print(f"KEEPER_SEED={seed}")
    chance = random.Random(seed)
    model = Model(keeper, identity, pacemaker)
    steps = sorted(name for name in dir(model) if name.startswith("step_"))
    # the way to a signer is long; without help a random walk seldom gets there
    usual = ["step_acquire", "step_arm", "step_watch", "step_kill_signer", "step_lose", "step_mend_source"]
    try:
        for _ in range(STEPS):
            name = chance.choice(chance.choice([steps, usual]))
            print(name)
            getattr(model, name)(chance)
            model.check()
    finally:
        for signer in model.signers:
            signer.remove()
