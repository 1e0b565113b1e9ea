//! The network behind a client's address.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// A network in canonical form: without host bits; a single address is a network of one; IPv4
/// inside IPv6 is IPv4 (TEXT-3). `None` if the text is not a network.
pub fn parse(text: &str) -> Option<IpNet> {
    let network = match text.parse::<IpNet>() {
        Ok(network) => network.trunc(),
        Err(_) => IpNet::from(text.parse::<IpAddr>().ok()?),
    };
    let mapped = |network: &IpNet| match (
        network.addr().to_canonical(),
        network.prefix_len().checked_sub(96),
    ) {
        (IpAddr::V4(address), Some(length)) if matches!(network, IpNet::V6(_)) => {
            Ipv4Net::new(address, length).ok()
        }
        _ => None,
    };
    Some(mapped(&network).map_or(network, IpNet::V4))
}

/// The client's IPv4 address, or for IPv6 the /64 network of one customer, who controls all of its
/// addresses (ACC-5, QUOTA-7). An IPv4 address inside IPv6 is that IPv4 address.
pub fn network(client: IpAddr) -> String {
    match client.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_3_networks_have_one_form() {
        let form = |text: &str| parse(text).map(|network| network.to_string());
        for (typed, kept) in [
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("192.0.2.7", "192.0.2.7/32"),
            ("::ffff:192.0.2.7", "192.0.2.7/32"),
            ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("2001:DB8::1/32", "2001:db8::/32"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(form(typed).as_deref(), Some(kept), "{typed}");
        }
        assert_eq!(form("10.0.0.0/33"), None);
    }

    #[test]
    fn acc_5_quota_7_a_client_is_an_address_or_a_customers_network() {
        let network_of = |text: &str| network(text.parse().unwrap());
        assert_eq!(network_of("192.0.2.1"), network_of("::ffff:192.0.2.1"));
        assert_ne!(network_of("192.0.2.1"), network_of("192.0.2.2"));
        assert_eq!(
            network_of("2001:db8:0:1::1"),
            network_of("2001:db8:0:1:ffff::2")
        );
        assert_ne!(network_of("2001:db8:0:1::1"), network_of("2001:db8:0:2::1"));
    }
}
