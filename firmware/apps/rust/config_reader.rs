//! The config flow in Rust: network, channel, fetch, read; `Drop` closes what was opened. It prints the account's
//! config `greeting`. Build it with `make`, run it with `mvsim run config_reader.wasm --config greeting=Hello`.

#[path = "../../rust/microvisor.rs"]
mod microvisor;

use microvisor::*;
use std::cell::UnsafeCell;
use std::mem::size_of;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

const RECORDS: usize = 8;
const EMPTY: MvNotification = MvNotification { microseconds: 0, event_type: MvEventType(0), tag: 0 };
const NETWORK_TAG: u32 = 1;
const CHANNEL_TAG: u32 = 2;

/// Memory that the kernel writes or reads by itself; channels want it aligned to 512.
#[repr(align(512))]
struct Shared<T>(UnsafeCell<T>);
// Sound: firmware has one thread, and what interrupts share is read as volatile.
unsafe impl<T> Sync for Shared<T> {}
impl<T> Shared<T> {
    const fn new(value: T) -> Self {
        Shared(UnsafeCell::new(value))
    }
}

static RING: Shared<[MvNotification; RECORDS]> = Shared::new([EMPTY; RECORDS]);
static SEND_BUFFER: Shared<[u8; 512]> = Shared::new([0; 512]);
static RECEIVE_BUFFER: Shared<[u8; 1024]> = Shared::new([0; 1024]);
static NETWORK_CHANGED: AtomicBool = AtomicBool::new(false);
static READABLE: AtomicBool = AtomicBool::new(false);
static LOST: AtomicBool = AtomicBool::new(false);

#[no_mangle]
#[allow(non_snake_case)]
pub extern "C" fn TIM1_BRK_IRQHandler() {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let next = NEXT.load(SeqCst);
    NEXT.store((next + 1) % RECORDS, SeqCst);
    let record = unsafe { RING.0.get().cast::<MvNotification>().add(next).read_volatile() };
    match record.event_type {
        MV_EVENTTYPE_NETWORKSTATUSCHANGED => NETWORK_CHANGED.store(true, SeqCst),
        MV_EVENTTYPE_CHANNELDATAREADABLE => READABLE.store(true, SeqCst),
        MV_EVENTTYPE_CHANNELNOTCONNECTED => LOST.store(true, SeqCst),
        _ => {}
    }
}

/// Masked between the look and the sleep: an interrupt in between is not slept through.
fn wait_for(flag: &AtomicBool) {
    let mut is_set = false;
    while !is_set {
        unsafe { __disable_irq() };
        is_set = flag.swap(false, SeqCst) || LOST.load(SeqCst);
        if !is_set {
            unsafe { __WFI() };
        }
        unsafe { __enable_irq() };
    }
}

fn check(status: MvStatus) -> Result<(), MvStatus> {
    if status == MV_STATUS_OKAY { Ok(()) } else { Err(status) }
}

struct Notifications(MvNotificationHandle);

impl Notifications {
    fn open() -> Result<Self, MvStatus> {
        let mut centre = MvNotificationHandle::default();
        let setup = MvNotificationSetup {
            irq: TIM1_BRK_IRQn.0 as u32,
            buffer: RING.0.get().cast(),
            buffer_size: size_of::<[MvNotification; RECORDS]>() as u32,
        };
        check(unsafe { mvSetupNotifications(&setup, &mut centre) })?;
        unsafe { NVIC_EnableIRQ(TIM1_BRK_IRQn) };
        Ok(Notifications(centre))
    }
}

impl Drop for Notifications {
    fn drop(&mut self) {
        assert_eq!(unsafe { mvCloseNotifications(&mut self.0) }, MV_STATUS_OKAY);
    }
}

struct Network(MvNetworkHandle);

impl Network {
    fn connect(centre: &Notifications) -> Result<Self, MvStatus> {
        let mut network = Network(MvNetworkHandle::default());
        let params = MvRequestNetworkParams {
            version: 1,
            v1: MvRequestNetworkParamsV1 { notification_handle: centre.0, notification_tag: NETWORK_TAG },
        };
        check(unsafe { mvRequestNetwork(&params, &mut network.0) })?;
        while network.status()? != MV_NETWORKSTATUS_CONNECTED {
            wait_for(&NETWORK_CHANGED);
        }
        Ok(network)
    }

    fn status(&self) -> Result<MvNetworkStatus, MvStatus> {
        let mut status = MvNetworkStatus::default();
        check(unsafe { mvGetNetworkStatus(self.0, &mut status) })?;
        Ok(status)
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        assert_eq!(unsafe { mvReleaseNetwork(&mut self.0) }, MV_STATUS_OKAY);
    }
}

struct ConfigChannel(MvChannelHandle);

impl ConfigChannel {
    fn open(centre: &Notifications, network: &Network) -> Result<Self, MvStatus> {
        let mut channel = MvChannelHandle::default();
        let params = MvOpenChannelParams {
            version: 1,
            v1: MvOpenChannelParamsV1 {
                notification_handle: centre.0,
                notification_tag: CHANNEL_TAG,
                network_handle: network.0,
                receive_buffer: RECEIVE_BUFFER.0.get().cast(),
                receive_buffer_len: size_of::<[u8; 1024]>() as u32,
                send_buffer: SEND_BUFFER.0.get().cast(),
                send_buffer_len: size_of::<[u8; 512]>() as u32,
                channel_type: MV_CHANNELTYPE_CONFIGFETCH,
                ..Default::default()
            },
        };
        check(unsafe { mvOpenChannel(&params, &mut channel) })?;
        Ok(ConfigChannel(channel))
    }

    fn fetch(&self, key: &str) -> Result<Option<String>, MvStatus> {
        let item = MvConfigKeyToFetch {
            scope: MV_CONFIGKEYFETCHSCOPE_ACCOUNT,
            store: MV_CONFIGKEYFETCHSTORE_CONFIG,
            key: MvSizedString { data: key.as_ptr(), length: key.len() as u32 },
        };
        let request = MvConfigKeyFetchParams { num_items: 1, keys_to_fetch: &item };
        check(unsafe { mvSendConfigFetchRequest(self.0, &request) })?;
        wait_for(&READABLE);
        if LOST.load(SeqCst) {
            return Ok(None);
        }
        let mut value = vec![0; 512];
        let mut length = 0;
        let mut result = MvConfigKeyFetchResult::default();
        let read = MvConfigResponseReadItemParams {
            item_index: 0,
            result: &mut result,
            buf: MvSizedStringBuffer { data: value.as_mut_ptr(), size: value.len() as u32, length: &mut length },
        };
        check(unsafe { mvReadConfigResponseItem(self.0, &read) })?;
        value.truncate(length as usize);
        let text = String::from_utf8_lossy(&value).into_owned();
        Ok((result == MV_CONFIGKEYFETCHRESULT_OK).then(|| text))
    }
}

impl Drop for ConfigChannel {
    fn drop(&mut self) {
        assert_eq!(unsafe { mvCloseChannel(&mut self.0) }, MV_STATUS_OKAY);
    }
}

fn read_greeting() -> Result<Option<String>, MvStatus> {
    let centre = Notifications::open()?;
    let network = Network::connect(&centre)?;
    // Named, so that they are dropped in the reverse order.
    let channel = ConfigChannel::open(&centre, &network)?;
    channel.fetch("greeting")
}

fn main() -> ExitCode {
    match read_greeting() {
        Ok(Some(greeting)) => {
            println!("greeting: {greeting}");
            return ExitCode::SUCCESS;
        }
        Ok(None) => println!("greeting: not there"),
        Err(status) => eprintln!("greeting: {status:?}"),
    }
    ExitCode::FAILURE
}
