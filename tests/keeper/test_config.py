# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an operator can get wrong in the configuration and in the source, each with its sentence."""
import os
import pathlib

import pytest

from keeper import (CONFIG, EPOCH, IDENTITY, KEYS, NAMES, SOURCE, Keeper, ask, configure, files, run, tell,
                    write_key)

CONF = CONFIG / f"{IDENTITY}.conf"
ADDRESS = "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"
LEASED = "authority=etcd\netcd_endpoints=https://192.0.2.1:2379\netcd_ca=/x\netcd_certificate=/x\netcd_key=/x\n"


def refused(*words):
    """The program does not begin, and says why in one line."""
    done = run(*words)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("validator-keeper: ") and done.stderr.count("\n") == 1, done.stderr
    assert not done.stderr.endswith(".\n")
    return done.stderr


@pytest.mark.parametrize("text, words", [
    ("", ["address"]),
    ("chain=kaia\n", ["address"]),
    ("address=\n", ["address"]),
    ("address=7e5f4552091a69125d5dfcb7b8c2659029395bdf\n", ["address", "0x", str(CONF)]),
    (f"address={ADDRESS[:-1]}\n", ["address", "40 hex digits"]),
    (f"address={ADDRESS}0\n", ["address", "40 hex digits"]),
    (f"address={ADDRESS[:-1]}g\n", ["address", "40 hex digits"]),
    ("address=$(id)\n", ["address"]),
    (f"address={ADDRESS}\nauthority=etcd\n", ["authority", "etcd_endpoints"]),
    (f"address={ADDRESS}\nauthority=etcd\netcd_endpoints=https://192.0.2.1:2379\n", ["etcd_ca"]),
    (f"address={ADDRESS}\nauthority=quorum\n", ["authority", "quorum"]),
    (f"address={ADDRESS}\nauthority=none\n", ["authority", "none"]),
    (f"address={ADDRESS}\nchain=bitcoin\n", ["chain", "bitcoin"]),
    (f"address={ADDRESS}\naccept_risk=perhaps\n", ["accept_risk", "perhaps"]),
    (f"address={ADDRESS}\naccept_risk=$RISK\n", ["accept_risk"]),
    (f"adress={ADDRESS}\n", ["adress", "line 1"]),
    (f"address={ADDRESS}\nAddress={ADDRESS}\n", ["Address", "line 2"]),
    (f"address={ADDRESS}\naccept_risks=yes\n", ["accept_risks", "line 2"]),
    (f"address={ADDRESS}\r\n", ["line 1"]),
    (f"address={ADDRESS}\nrm -rf /\n", ["line 2"]),
    (f"address={ADDRESS}\nsource='/etc\n", ["line 2"]),
    (f"address={ADDRESS}\nsource=/root/keys\n", ["source", "/root/keys", "below /etc/validator-agents"]),
    (f"address={ADDRESS}\nsource=keys/cn1\n", ["source", "must begin with /"]),
    (f"address={ADDRESS}\n{LEASED.replace('key=/x', 'key=/home/ops/client.key')}", ["etcd_key", "/home/ops/client.key"]),
    (f"address={ADDRESS}\nslice=system.slice\n", ["slice", "system.slice", "validator-cell1.slice"]),
    (f"address={ADDRESS}\nslice=/\n", ["slice", "other services"]),
    *[(f"address={ADDRESS}\nslice={path}\n", ["slice", f"'{path}'", "validator-cell1.slice"])
      for path in ["/system.slice/", "//system.slice", "/./system.slice", "/a.slice/../system.slice",
                   "/a.slice//b.slice", "../system.slice", "system.slice/", "/.."]],
    ("\0\0\0", []),
    ("a=b\n" * 40000, []),
], ids=lambda value: repr(value)[:40])
def test_a_wrong_configuration_names_its_key(identity, text, words):
    CONF.write_text(text)
    for command in (["--check", IDENTITY], [IDENTITY]):
        sentence = refused(*command)
        for word in words:
            assert word in sentence, sentence


def test_a_missing_configuration_is_named(identity):
    CONF.unlink()
    assert str(CONF) in refused(IDENTITY)


@pytest.mark.parametrize("name", ["", "-x", "..", "a/b", "a b", "a" * 33, "ä", "a.conf"])
def test_a_bad_name_of_an_identity_is_refused(identity, name):
    done = run("--check", "--", name)
    assert done.returncode != 0 and "identity" in done.stderr


@pytest.mark.parametrize("times, words", [
    ("gate_ms=4000", ["takeover", "gate '4000'", "kill"]),
    ("gate_ms=3700\nkill_ms=3800", ["two machines could sign", "takeover '4500'", "gate '3700'"]),
    ("takeover_ms=3050", ["two machines could sign", "takeover '3050'"]),
    ("clock_error_percent=30", ["two machines could sign", "30 percent"]),
    ("clock_error_percent=51", ["clock_error_percent", "51"]),
    ("profile=moon", ["moon", "lan"]),
    ("renew_ms=0", ["renew_ms", "0"]),
    ("renew_ms=-1", ["renew_ms", "-1"]),
    ("renew_ms=2s", ["renew_ms", "2s"]),
    ("renew_ms=900", ["gate", "three times"]),
    ("takeover_ms=3600001", ["takeover_ms", "3600001"]),
], ids=lambda value: str(value)[:30])
def test_times_with_which_two_could_sign_are_refused(identity, times, words):
    CONF.write_text(f"address={identity.address}\n{LEASED}{times}\n")
    for command in (["--check", IDENTITY], [IDENTITY]):
        sentence = refused(*command)
        for word in words:
            assert word in sentence, sentence


@pytest.mark.parametrize("times", ["", "profile=wan\n", "takeover_ms=5000\ngate_ms=3000\nkill_ms=4000\n",
                                   "takeover_ms=3060\nkill_ms=2600\n"])
def test_times_that_keep_their_distance_are_taken(identity, times):
    CONF.write_text(f"address={identity.address}\n{LEASED}{times}")
    assert run("--check", IDENTITY).returncode == 0


@pytest.mark.parametrize("name", ["cell1.conf", "cell1.etcd.conf"])
def test_an_example_is_right(identity, name):
    text = (pathlib.Path(__file__).parents[2] / "crm-examples/kaia-bare-metal" / name).read_text()
    assert ADDRESS in text
    CONF.write_text(text.replace(ADDRESS, identity.address))
    done = run("--check", IDENTITY)
    assert done.returncode == 0 and identity.address in done.stdout, done.stderr


def test_a_right_configuration_is_told(identity):
    done = run("--check", IDENTITY)
    assert done.returncode == 0 and identity.address in done.stdout and "fencing" in done.stdout


def test_the_signature_under_the_risk_is_shown(identity, tmp_path):
    configure(address=identity.address, accept_risk="yes")
    keeper = Keeper(tmp_path / "log").start()
    try:
        assert tell("status")["accept_risk"] == "yes"
        assert "accept_risk=yes" in run("--status", IDENTITY).stdout
    finally:
        keeper.end()


def source_missing(identity):
    os.rename(SOURCE, f"{SOURCE}.away")


def source_open(identity):
    SOURCE.chmod(0o750)


def source_strangers(identity):
    os.chown(SOURCE, 4242, -1)


def source_link(identity):
    os.rename(SOURCE, f"{SOURCE}.away")
    SOURCE.symlink_to(f"{SOURCE}.away")


def source_file(identity):
    os.rename(SOURCE, f"{SOURCE}.away")
    SOURCE.write_text("")


def key_missing(identity):
    (SOURCE / "nodekey").unlink()


def key_readable(identity):
    (SOURCE / "nodekey").chmod(0o644)


def bls_readable(identity):
    (SOURCE / "bls-nodekey").chmod(0o640)


def key_strangers(identity):
    os.chown(SOURCE / "nodekey", 4242, -1)


def key_link(identity):
    os.rename(SOURCE / "nodekey", SOURCE / "away")
    (SOURCE / "nodekey").symlink_to("away")


def bls_dangling(identity):
    (SOURCE / "bls-nodekey").unlink()
    (SOURCE / "bls-nodekey").symlink_to("nowhere")


def key_folder(identity):
    (SOURCE / "nodekey").unlink()
    (SOURCE / "nodekey").mkdir()


def key_pipe(identity):
    (SOURCE / "nodekey").unlink()
    os.mkfifo(SOURCE / "nodekey", 0o600)


def key_empty(identity):
    write_key(SOURCE / "nodekey", "")


def key_short(identity):
    write_key(SOURCE / "nodekey", identity.keys["nodekey"][:-1])


def key_long(identity):
    write_key(SOURCE / "nodekey", identity.keys["nodekey"] + "00")


def key_prefixed(identity):
    write_key(SOURCE / "nodekey", "0x" + identity.keys["nodekey"])


def key_no_hex(identity):
    write_key(SOURCE / "nodekey", "g" + identity.keys["nodekey"][1:])


def key_zero(identity):
    write_key(SOURCE / "nodekey", "0" * 64)


def key_too_large(identity):
    write_key(SOURCE / "nodekey", "f" * 64)


def key_anothers(identity):
    write_key(SOURCE / "nodekey", "0" * 63 + "1")


def keys_swapped(identity):
    write_key(SOURCE / "nodekey", identity.keys["bls-nodekey"])
    write_key(SOURCE / "bls-nodekey", identity.keys["nodekey"])


def bls_too_large(identity):
    write_key(SOURCE / "bls-nodekey", "f" * 64)


def bls_empty(identity):
    write_key(SOURCE / "bls-nodekey", "")


FAULTS = [value for name, value in list(globals().items())
          if name.startswith(("source_", "key_", "keys_", "bls_"))]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_wrong_source_is_refused_with_its_file_and_leaves_nothing(keeper, identity, fault):
    fault(identity)
    sentence = refused("--check", IDENTITY)
    assert str(SOURCE) in sentence
    assert fault not in (source_link, source_file) or "is not a directory" in sentence
    answer = ask("acquire", address=identity.address)
    assert answer["result"] != "ok" and answer["reason"] == sentence[len("validator-keeper: "):-1]
    assert files() == [] and not EPOCH.exists()
    assert tell("status")["held"] == "no"
    assert not any(key in answer["reason"] for key in identity.keys.values())


@pytest.mark.parametrize("fault", [key_missing, key_anothers, key_readable, source_missing],
                         ids=lambda fault: fault.__name__)
def test_a_source_that_breaks_later_does_not_touch_what_is_held(keeper, identity, fault):
    tell("acquire", address=identity.address)
    fault(identity)
    assert tell("acquire", address=identity.address)["epoch"] == "1"
    assert "fault" not in tell("status") and files() == sorted(NAMES)


def test_a_source_without_a_bls_key_is_told_by_a_check(identity):
    said = run("--check", IDENTITY).stdout
    assert said.count("\n") == 1
    (SOURCE / "bls-nodekey").unlink()
    done = run("--check", IDENTITY)
    assert done.returncode == 0 and done.stdout.startswith(said) and "no bls-nodekey in" in done.stdout


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("restarted", [False, True])
def test_each_file_that_was_brought_is_missed_when_it_is_gone(keeper, identity, name, restarted):
    tell("acquire", address=identity.address)
    if restarted:
        keeper.end()
        keeper.start()
    KEYS.joinpath(name).unlink()
    assert name in tell("status")["fault"]
    tell("acquire", address=identity.address)
    assert "fault" not in tell("status") and files() == sorted(NAMES)


def test_a_bls_key_that_the_source_never_had_is_not_missed(keeper, identity):
    (SOURCE / "bls-nodekey").unlink()
    tell("acquire", address=identity.address)
    assert "fault" not in tell("status")


def test_an_own_source_directory_is_used(identity, tmp_path):
    other = pathlib.Path("/etc/validator-agents/elsewhere")
    os.rename(SOURCE, other)
    configure(address=identity.address, source=str(other))
    keeper = Keeper(tmp_path / "log").start()
    try:
        tell("acquire", address=identity.address)
    finally:
        keeper.end()


def test_a_newline_after_the_key_is_all_right_and_not_copied(keeper, identity):
    write_key(SOURCE / "nodekey", identity.keys["nodekey"] + "\n")
    tell("acquire", address=identity.address)
    assert pathlib.Path(f"/run/validator/{IDENTITY}/nodekey").read_text() == identity.keys["nodekey"]


def node(keys):
    folder = pathlib.Path("/run/node/klay")
    folder.mkdir(parents=True)
    for name, key in keys.items():
        write_key(folder / name, key)
    return str(folder.parent)


def test_a_backup_of_the_same_node_again_changes_nothing(identity):
    before = [(SOURCE / name).stat().st_ino for name in NAMES]
    done = run("--backup", node(identity.keys), IDENTITY)
    assert done.returncode == 0 and identity.address in done.stdout
    assert [(SOURCE / name).stat().st_ino for name in NAMES] == before


def test_a_backup_of_another_node_is_refused_and_keeps_the_source(identity):
    other = {"nodekey": "1" * 64, "bls-nodekey": "2" * 64}
    assert str(SOURCE) in refused("--backup", node(other), IDENTITY)
    for name in NAMES:
        assert (SOURCE / name).read_text() == identity.keys[name]


def test_a_backup_takes_the_file_that_kcn_takes(identity):
    data_dir = node({**identity.keys, "nodekey": "1" * 64})
    write_key(pathlib.Path(data_dir) / "nodekey", identity.keys["nodekey"])
    done = run("--backup", data_dir, IDENTITY)
    assert done.returncode == 0 and identity.address in done.stdout


def test_a_backup_without_the_sources_bls_key_is_refused(identity):
    assert "bls-nodekey" in refused("--backup", node({"nodekey": identity.keys["nodekey"]}), IDENTITY)
    assert (SOURCE / "bls-nodekey").read_text() == identity.keys["bls-nodekey"]


def test_a_backup_of_a_broken_node_makes_no_source(identity):
    broken = {"nodekey": "1" * 63, "bls-nodekey": "2" * 64}
    os.rename(SOURCE, f"{SOURCE}.away")
    refused("--backup", node(broken), IDENTITY)
    assert not (SOURCE / "nodekey").exists()
