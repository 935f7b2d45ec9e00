# SPDX-License-Identifier: LGPL-2.1-or-later
"""The way to EC2: TLS that is verified against a private authority, and proxies that help or refuse."""
import ssl
import subprocess

import pytest

from ec2.wire import Authority, Plain, Proxy, Tls

OK, GENERIC, PERM, CONFIGURED = 0, 1, 4, 6
HERE = "IP:127.0.0.1,DNS:localhost"


@pytest.fixture(name="authority", scope="module")
def authority_fixture(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"), "private")


@pytest.fixture(name="tls")
def tls_fixture(site, authority):
    server = Tls(site.cloud.port, authority.certificate(HERE))
    yield server
    server.close()


@pytest.fixture(name="proxy")
def proxy_fixture():
    server = Proxy()
    yield server
    server.close()


def through(site, url, **params):
    return site.params | {"endpoint": url, **{name: str(value) for name, value in params.items()}}


# --- TLS ----------------------------------------------------------------------------------------

def test_private_authority_is_trusted_by_parameter_environment_and_profile(site, tls, authority):
    assert site.one.run("start", through(site, tls.url, ca_bundle=authority.ca)).rc == OK
    assert site.holder() == site.one.instance
    assert site.one.run("stop", through(site, tls.url), AWS_CA_BUNDLE=str(authority.ca)).rc == OK
    assert site.holder() is None
    folder = site.one.home / ".aws"
    folder.mkdir()
    (folder / "config").write_text(f"[default]\nca_bundle = {authority.ca}\n")
    answer = site.one.run("start", through(site, tls.url))
    assert answer.rc == OK, answer
    assert site.one.run("validate-all", through(site, tls.url), level=10).rc == OK


def assert_untrusted(site, params, *words):
    """Neither a start nor a validate-all goes on, and both say why; nothing has reached EC2."""
    for action in ("start", "validate-all"):
        answer = site.one.run(action, params, level=10, timeout_s=3)
        assert answer.rc == GENERIC and answer.seconds < 3, answer
        for word in ("cannot be trusted", "ca_bundle", *words):
            assert word in answer.reason, answer
        assert "VPC endpoint" not in answer.reason, "it was reached"
    assert site.cloud.actions() == []


def test_server_of_another_authority_is_not_believed(site, tls, tmp_path):
    other = Authority(tmp_path, "other")
    assert_untrusted(site, through(site, tls.url, ca_bundle=other.ca), str(other.ca), f"127.0.0.1:{tls.port}")


def test_authority_of_its_own_is_not_the_systems(site, tls):
    assert_untrusted(site, through(site, tls.url), "the system's")


@pytest.mark.parametrize("names, days, word", [("DNS:ec2.example", "2", "127.0.0.1"), (HERE, "-1", "expired")],
                         ids=["another name", "expired"])
def test_certificate_that_is_not_the_servers_or_is_too_old_is_not_believed(site, authority, names, days, word):
    server = Tls(site.cloud.port, authority.certificate(names, days))
    assert_untrusted(site, through(site, server.url, ca_bundle=authority.ca), word)
    server.close()


def test_server_that_speaks_only_old_tls_is_not_spoken_to(site, authority):
    server = Tls(site.cloud.port, authority.certificate(HERE), ssl.TLSVersion.TLSv1_1)
    answer = site.one.run("start", through(site, server.url, ca_bundle=authority.ca), timeout_s=3)
    assert answer.rc == GENERIC and "TLS failed" in answer.reason and site.cloud.actions() == [], answer
    server.close()


def test_stop_over_a_connection_that_cannot_be_trusted_is_no_success(site, tls):
    site.cloud.associate(allocation=site.allocation, instance=site.one.instance)
    answer = site.one.run("stop", through(site, tls.url), timeout_s=3)
    assert answer.rc == GENERIC and "cannot be trusted" in answer.reason, answer
    assert site.holder() == site.one.instance


@pytest.mark.parametrize("make, said", [
    (lambda path: None, "No such file"), (lambda path: path.mkdir(), "directory"),
    (lambda path: path.write_text("nothing here\n"), "cannot be loaded")], ids=["absent", "folder", "no PEM"])
def test_bundle_that_is_none_is_named(site, tls, tmp_path, make, said):
    path = tmp_path / "bundle.pem"
    make(path)
    for action in ("start", "validate-all"):
        answer = site.one.run(action, through(site, tls.url, ca_bundle=path), level=10, timeout_s=3)
        assert answer.rc == (GENERIC if path.is_file() else PERM), answer
        assert f"ca_bundle '{path}'" in answer.reason and said in answer.reason, answer


# --- proxies ------------------------------------------------------------------------------------

def test_proxy_carries_every_request_but_those_to_the_metadata(site, tls, authority, proxy):
    params = through(site, tls.url, ca_bundle=authority.ca, proxy=f"http://{proxy.host}")
    for action in ("start", "monitor", "stop"):
        answer = site.one.run(action, params, level=10)
        assert answer.rc == OK, answer
    assert set(proxy.asked) == {f"CONNECT 127.0.0.1:{tls.port}"}
    proxy.asked.clear()
    assert site.one.run("start", through(site, site.cloud.url, proxy=f"http://{proxy.host}")).rc == OK
    assert proxy.asked and set(proxy.asked) == {f"POST {site.cloud.url}/"}


def test_proxy_of_the_environment_is_used_as_that_of_a_login(site, proxy):
    """A variable alone does nothing: what counts is the parameter, on every node alike."""
    assert site.one.run("start", site.params, http_proxy=f"http://{proxy.host}").rc == OK
    assert proxy.asked == []


def test_proxy_with_a_password_is_told_it_and_nobody_else_is(site, tls, authority):
    proxy = Proxy(user="node:sesame%x")
    params = through(site, tls.url, ca_bundle=authority.ca, proxy=f"http://node:sesame%25x@{proxy.host}")
    assert site.one.run("start", params).rc == OK
    proxy.user = "changed:since"
    for url in (tls.url, site.cloud.url):
        answer = site.one.run("validate-all", params | {"endpoint": url}, level=10, timeout_s=3)
        assert answer.rc == GENERIC and f"proxy '{proxy.host}'" in answer.reason, answer
        assert "407" in answer.reason and "sesame" not in answer.out + answer.err, answer
    proxy.close()


def test_proxy_that_is_not_there_is_named(site, tls, authority):
    proxy = Proxy()
    proxy.close()
    params = through(site, tls.url, ca_bundle=authority.ca, proxy=f"http://{proxy.host}")
    for action in ("start", "validate-all"):
        answer = site.one.run(action, params, level=10, timeout_s=3)
        assert answer.rc == GENERIC and f"proxy '{proxy.host}'" in answer.reason, answer
    assert site.cloud.actions() == []


@pytest.mark.parametrize("bad", ["proxy.example:3128", "socks5://127.0.0.1:1080", "http://", "http://a b"])
def test_proxy_that_is_no_http_address_is_refused(site, bad):
    for action in ("start", "validate-all"):
        answer = site.one.run(action, site.params | {"proxy": bad})
        assert answer.rc == CONFIGURED and "parameter proxy is" in answer.reason, answer


def test_password_of_a_bad_proxy_is_not_shown(site):
    answer = site.one.run("start", site.params | {"proxy": "ftp://me:hidden@proxy:1"})
    assert answer.rc == CONFIGURED and "hidden" not in answer.out + answer.err, answer


# --- the bootstrap trap: a node that takes the address over has no public address yet -----------

PUBLIC = "203.0.113.7"


@pytest.fixture(name="outside")
def outside_fixture(site):
    """The API at a public address, as it is without a VPC endpoint."""
    subprocess.run(["ip", "address", "replace", f"{PUBLIC}/32", "dev", "lo"], check=True)
    server = Plain(site.cloud.port, PUBLIC)
    yield server
    server.close()


def test_node_without_the_address_proves_by_its_answer_that_it_needs_none(site, outside):
    assert site.one.run("validate-all", through(site, outside.url), level=10).rc == OK
    site.cloud.associate(allocation=site.allocation, instance=site.two.instance)
    assert site.one.run("validate-all", through(site, outside.url), level=10).rc == OK


def test_node_with_the_address_has_not_proved_that_it_can_do_without(site, outside):
    """The address was associated by hand, as in the tutorial: this node never asked without it."""
    site.cloud.associate(allocation=site.allocation, instance=site.one.instance)
    params = through(site, outside.url)
    answer = site.one.run("validate-all", params, level=10)
    assert answer.rc == GENERIC and f"not proved that this node reaches '{PUBLIC}' without" in answer.reason, answer
    assert site.one.run("monitor", params, level=10).rc == OK
    assert site.one.run("validate-all", params, level=10).rc == GENERIC, "an answer through the address is no proof"
    # what the sentence advises: another node has it for a while
    site.cloud.associate(allocation=site.allocation, instance=site.two.instance)
    assert site.one.run("validate-all", params, level=10).rc == OK
    site.cloud.associate(allocation=site.allocation, instance=site.one.instance)
    assert site.one.run("validate-all", params, level=10, OCF_RESOURCE_INSTANCE="by-hand").rc == OK


def test_start_is_a_proof_too(site, outside):
    params = through(site, outside.url)
    assert site.one.run("start", params).rc == OK
    assert site.one.run("validate-all", params, level=10).rc == OK


def test_endpoint_or_proxy_inside_the_network_is_a_proof(site, outside, proxy):
    site.cloud.associate(allocation=site.allocation, instance=site.one.instance)
    assert site.one.run("validate-all", site.params, level=10).rc == OK
    params = through(site, outside.url, proxy=f"http://{proxy.host}")
    assert site.one.run("validate-all", params, level=10).rc == OK
