//! Microvisor system calls: enums, structs and functions of the application ABI, and the MCU's calls.
//! Generated from host/abi by `npm run generate`: do not edit.
//!
//! Take it as a module: `#[path = "…/microvisor.rs"] mod microvisor;`. A call returns a [MvStatus] and writes its
//! results through pointers, and only when it returns MV_STATUS_OKAY. The handler of `TIM1_BRK_IRQn` is a
//! `#[no_mangle] pub extern "C" fn TIM1_BRK_IRQHandler()` of yours.
#![allow(dead_code, non_camel_case_types, non_snake_case, non_upper_case_globals)]

/// An enum of 8 or 32 bits: a number with names. Printed with `{:?}` it is its name.
macro_rules! enumeration {
    ($(#[$attribute:meta])* $name:ident: $integer:ty { $($member:ident = $value:literal,)* }) => {
        $(#[$attribute])*
        #[repr(transparent)]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name(pub $integer);
        $(pub const $member: $name = $name($value);)*
        impl core::fmt::Debug for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.0 {
                    $($value => out.write_str(stringify!($member)),)*
                    other => write!(out, "{}({})", stringify!($name), other),
                }
            }
        }
    };
}

macro_rules! handle {
    ($name:ident) => {
        #[repr(transparent)]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
        pub struct $name(pub u32);
    };
}

/// A struct as C lays it out. Its default is all zeros and null pointers, as in C.
macro_rules! structure {
    ($name:ident { $($field:ident: $type:ty,)* }) => {
        #[repr(C)]
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            $(pub $field: $type,)*
        }
        impl Default for $name {
            fn default() -> Self {
                // Sound: numbers and raw pointers may be zero.
                unsafe { core::mem::zeroed() }
            }
        }
    };
}

// ---- Enums ----

enumeration! {
    #[must_use]
    MvStatus: u32 {
        MV_STATUS_OKAY = 0,
        MV_STATUS_TIMENOTSET = 1,
        MV_STATUS_PARAMETERFAULT = 2,
        MV_STATUS_INVALIDBUFFERSIZE = 3,
        MV_STATUS_PERIPHERALACCESSFAULT = 4,
        MV_STATUS_BUFFERALREADYINUSE = 5,
        MV_STATUS_INVALIDINTERRUPT = 6,
        MV_STATUS_INVALIDHANDLE = 7,
        MV_STATUS_TOOMANYNOTIFICATIONBUFFERS = 8,
        MV_STATUS_INVALIDVECTOR = 9,
        MV_STATUS_UNAVAILABLE = 10,
        MV_STATUS_UNSUPPORTEDSTRUCTUREVERSION = 11,
        MV_STATUS_TOOMANYCHANNELS = 12,
        MV_STATUS_UNKNOWNCHANNELENDPOINT = 13,
        MV_STATUS_UNKNOWNCHANNELTYPE = 14,
        MV_STATUS_CHANNELCLOSED = 15,
        MV_STATUS_NETWORKNOTCONNECTED = 16,
        MV_STATUS_RATELIMITED = 17,
        MV_STATUS_INVALIDBUFFERALIGNMENT = 18,
        MV_STATUS_LATEFAULT = 19,
        MV_STATUS_RESPONSENOTPRESENT = 20,
        MV_STATUS_INDEXINVALID = 21,
        MV_STATUS_OFFSETINVALID = 22,
        MV_STATUS_REQUESTALREADYSENT = 23,
        MV_STATUS_REQUESTUNSUCCESSFUL = 24,
        MV_STATUS_LOGMESSAGETOOLONG = 25,
        MV_STATUS_LOGGINGDISABLEDBYSERVER = 26,
        MV_STATUS_TOOMANYCONFIGKEYS = 27,
        MV_STATUS_UNKNOWNCONFIGSTORE = 28,
        MV_STATUS_UNKNOWNCONFIGSCOPE = 29,
        MV_STATUS_INVALIDCONFIGKEY = 30,
        MV_STATUS_INVALIDAUTHENTICATION = 31,
        MV_STATUS_WRONGDATAREQUESTED = 32,
        MV_STATUS_INTERNALERROR = 33,
        MV_STATUS_TOOMANYELEMENTS = 34,
        MV_STATUS_REQUIREDELEMENTMISSING = 35,
        MV_STATUS_MICROVISORBUSY = 36,
        MV_STATUS_ADDRESSOUTOFRANGE = 37,
        MV_STATUS_INPUTTOOLONG = 38,
    }
}

enumeration! {
    MvEventType: u32 {
        MV_EVENTTYPE_NOEVENT = 0,
        MV_EVENTTYPE_NETWORKSTATUSCHANGED = 1,
        MV_EVENTTYPE_CHANNELDATAREADABLE = 2,
        MV_EVENTTYPE_CHANNELDATAWRITESPACE = 3,
        MV_EVENTTYPE_CHANNELNOTCONNECTED = 4,
        MV_EVENTTYPE_UPDATEDOWNLOADED = 5,
    }
}

enumeration! {
    MvNetworkStatus: u32 {
        MV_NETWORKSTATUS_DELIBERATELYOFFLINE = 0,
        MV_NETWORKSTATUS_CONNECTED = 1,
        MV_NETWORKSTATUS_CONNECTING = 2,
        MV_NETWORKSTATUS_DISCONNECTEDWITHLINKUP = 3,
    }
}

enumeration! {
    MvNetworkReason: u32 {
        MV_NETWORKREASON_NOTCONNECTING = 0,
        MV_NETWORKREASON_USINGNETWORK = 1,
        MV_NETWORKREASON_NEVERUSEDNETWORKAPI = 2,
        MV_NETWORKREASON_MINIMUMCHECKINEXPIRED = 4,
        MV_NETWORKREASON_RTCNOTSET = 8,
        MV_NETWORKREASON_KERNELERROR = 16,
        MV_NETWORKREASON_APPLICATIONERROR = 32,
        MV_NETWORKREASON_COLDBOOTCONNECTION = 64,
        MV_NETWORKREASON_FETCHINGUPDATE = 128,
        MV_NETWORKREASON_DEBUGGERATTACHED = 256,
        MV_NETWORKREASON_NOAPPLICATIONCODE = 512,
        MV_NETWORKREASON_ENHANCECALM = 2048,
    }
}

enumeration! {
    MvChannelType: u32 {
        MV_CHANNELTYPE_OPAQUEBYTES = 0,
        MV_CHANNELTYPE_MQTT = 1,
        MV_CHANNELTYPE_HTTP = 2,
        MV_CHANNELTYPE_CONFIGFETCH = 3,
    }
}

enumeration! {
    MvClosureReason: u32 {
        MV_CLOSUREREASON_NONE = 0,
        MV_CLOSUREREASON_CHANNELCLOSEDBYSERVER = 1,
        MV_CLOSUREREASON_CHANNELRESETBYSERVER = 2,
        MV_CLOSUREREASON_NETWORKDISCONNECTED = 3,
        MV_CLOSUREREASON_CONNECTIONTERMINATED = 4,
        MV_CLOSUREREASON_NOTYETOPEN = 5,
        MV_CLOSUREREASON_CLOSEDBYAPPLICATION = 6,
        MV_CLOSUREREASON_UNEXPECTEDLYTERMINATED = 7,
    }
}

enumeration! {
    MvHttpResult: u32 {
        MV_HTTPRESULT_OK = 0,
        MV_HTTPRESULT_UNSUPPORTEDURISCHEME = 1,
        MV_HTTPRESULT_UNSUPPORTEDMETHOD = 2,
        MV_HTTPRESULT_INVALIDHEADERS = 3,
        MV_HTTPRESULT_INVALIDTIMEOUT = 4,
        MV_HTTPRESULT_REQUESTFAILED = 5,
        MV_HTTPRESULT_RESPONSETOOLARGE = 6,
    }
}

enumeration! {
    MvConfigKeyFetchScope: u32 {
        MV_CONFIGKEYFETCHSCOPE_ACCOUNT = 0,
        MV_CONFIGKEYFETCHSCOPE_DEVICE = 1,
    }
}

enumeration! {
    MvConfigKeyFetchStore: u32 {
        MV_CONFIGKEYFETCHSTORE_SECRET = 0,
        MV_CONFIGKEYFETCHSTORE_CONFIG = 1,
    }
}

enumeration! {
    MvConfigFetchResult: u32 {
        MV_CONFIGFETCHRESULT_OK = 0,
        MV_CONFIGFETCHRESULT_RESPONSETOOLARGE = 1,
    }
}

enumeration! {
    MvConfigKeyFetchResult: u32 {
        MV_CONFIGKEYFETCHRESULT_OK = 0,
        MV_CONFIGKEYFETCHRESULT_KEYNOTFOUND = 1,
        MV_CONFIGKEYFETCHRESULT_SERVERERROR = 2,
    }
}

enumeration! {
    MvMqttReadableDataType: u32 {
        MV_MQTTREADABLEDATATYPE_NONE = 0,
        MV_MQTTREADABLEDATATYPE_MESSAGERECEIVED = 1,
        MV_MQTTREADABLEDATATYPE_MESSAGELOST = 2,
        MV_MQTTREADABLEDATATYPE_CONNECTRESPONSE = 3,
        MV_MQTTREADABLEDATATYPE_SUBSCRIBERESPONSE = 4,
        MV_MQTTREADABLEDATATYPE_UNSUBSCRIBERESPONSE = 5,
        MV_MQTTREADABLEDATATYPE_PUBLISHRESPONSE = 6,
        MV_MQTTREADABLEDATATYPE_DISCONNECTRESPONSE = 7,
    }
}

enumeration! {
    MvMqttProtocolVersion: u32 {
        MV_MQTTPROTOCOLVERSION_V3_1_1 = 0,
        MV_MQTTPROTOCOLVERSION_V5 = 1,
    }
}

enumeration! {
    MvMqttAuthenticationMethod: u8 {
        MV_MQTTAUTHENTICATIONMETHOD_NONE = 0,
        MV_MQTTAUTHENTICATIONMETHOD_USERNAMEPASSWORD = 1,
    }
}

enumeration! {
    MvMqttRequestState: u32 {
        MV_MQTTREQUESTSTATE_REQUESTCOMPLETED = 0,
        MV_MQTTREQUESTSTATE_INVALIDPARAMETERS = 1,
        MV_MQTTREQUESTSTATE_ALREADYCONNECTED = 2,
        MV_MQTTREQUESTSTATE_NOTCONNECTED = 3,
        MV_MQTTREQUESTSTATE_NXDOMAIN = 4,
        MV_MQTTREQUESTSTATE_UNKNOWNCA = 5,
        MV_MQTTREQUESTSTATE_CERTIFICATEEXPIRED = 6,
        MV_MQTTREQUESTSTATE_SOCKETERROR = 7,
        MV_MQTTREQUESTSTATE_CONNECTIONCIRCUITBREAKER = 8,
    }
}

enumeration! {
    MvMqttLostMessageReason: u32 {
        MV_MQTTLOSTMESSAGEREASON_DEVICERECEIVEBUFFERTOOSMALL = 0,
    }
}

enumeration! {
    MvPowerSavingMode: u8 {
        MV_POWERSAVINGMODE_SLEEP = 0,
        MV_POWERSAVINGMODE_STOP0 = 1,
        MV_POWERSAVINGMODE_STOP1 = 2,
        MV_POWERSAVINGMODE_STOP2 = 3,
        MV_POWERSAVINGMODE_STOP3 = 4,
    }
}

enumeration! {
    MvSystemNotificationSource: u32 {
        MV_SYSTEMNOTIFICATIONSOURCE_NETWORK = 0,
        MV_SYSTEMNOTIFICATIONSOURCE_UPDATE = 1,
    }
}

enumeration! {
    MvDeepSleepMode: u8 {
        MV_DEEPSLEEPMODE_STANDBY = 0,
        MV_DEEPSLEEPMODE_SHUTDOWN = 1,
    }
}

enumeration! {
    MvWakeReason: u8 {
        MV_WAKEREASON_COLDBOOT = 0,
        MV_WAKEREASON_REMOTEMICROVISORRESTART = 1,
        MV_WAKEREASON_REMOTEAPPLICATIONRESTART = 2,
        MV_WAKEREASON_DEBUGGERRESTART = 3,
        MV_WAKEREASON_MICROVISORCRASH = 4,
        MV_WAKEREASON_MICROVISORWATCHDOG = 5,
        MV_WAKEREASON_MICROVISOROUTOFMEMORY = 6,
        MV_WAKEREASON_MICROVISORERROR = 7,
        MV_WAKEREASON_APPLICATIONCRASH = 8,
        MV_WAKEREASON_APPLICATIONUPDATE = 9,
        MV_WAKEREASON_MICROVISORUPDATE = 10,
        MV_WAKEREASON_OPTIONBYTES = 11,
        MV_WAKEREASON_DEEPSLEEPCHECKIN = 12,
        MV_WAKEREASON_DEEPSLEEPAPPLICATION = 13,
        MV_WAKEREASON_DEEPSLEEPMODEM = 14,
        MV_WAKEREASON_DEEPSLEEPAPPLICATIONRTC = 15,
        MV_WAKEREASON_DEEPSLEEPOTHER = 16,
    }
}

enumeration! {
    MvRestartMode: u32 {
        MV_RESTARTMODE_AUTOAPPLYUPDATE = 0,
    }
}

enumeration! {
    MvWifiConfigMode: u8 {
        MV_WIFICONFIGMODE_APPLYNOW = 0,
        MV_WIFICONFIGMODE_CLEARNOW = 1,
    }
}

// ---- Handles: numbers that the kernel gives out; 0 is none ----

handle!(MvNotificationHandle);
handle!(MvNetworkHandle);
handle!(MvChannelHandle);
handle!(MvSystemEventHandle);
handle!(MvExternalFlashHandle);

// ---- Structs ----

structure! {
    MvNotification {
        microseconds: u64,
        event_type: MvEventType,
        tag: u32,
    }
}

structure! {
    MvNotificationSetup {
        irq: u32,
        buffer: *mut MvNotification,
        buffer_size: u32,
    }
}

structure! {
    MvRequestNetworkParamsV1 {
        notification_handle: MvNotificationHandle,
        notification_tag: u32,
    }
}

structure! {
    MvRequestNetworkParams {
        version: u32,
        v1: MvRequestNetworkParamsV1,
    }
}

structure! {
    MvSizedString {
        data: *const u8,
        length: u32,
    }
}

structure! {
    MvOpenChannelParamsV1 {
        notification_handle: MvNotificationHandle,
        notification_tag: u32,
        network_handle: MvNetworkHandle,
        receive_buffer: *mut u8,
        receive_buffer_len: u32,
        send_buffer: *mut u8,
        send_buffer_len: u32,
        channel_type: MvChannelType,
        endpoint: MvSizedString,
    }
}

structure! {
    MvOpenChannelParams {
        version: u32,
        v1: MvOpenChannelParamsV1,
    }
}

structure! {
    MvHttpHeader {
        length: u32,
        data: *const u8,
    }
}

structure! {
    MvHttpRequest {
        method: MvSizedString,
        url: MvSizedString,
        num_headers: u32,
        headers: *const MvHttpHeader,
        body: MvSizedString,
        timeout_ms: u32,
    }
}

structure! {
    MvHttpResponseData {
        result: MvHttpResult,
        status_code: u32,
        num_headers: u32,
        body_length: u32,
    }
}

structure! {
    MvConfigKeyToFetch {
        scope: MvConfigKeyFetchScope,
        store: MvConfigKeyFetchStore,
        key: MvSizedString,
    }
}

structure! {
    MvConfigKeyFetchParams {
        num_items: u32,
        keys_to_fetch: *const MvConfigKeyToFetch,
    }
}

structure! {
    MvConfigResponseData {
        result: MvConfigFetchResult,
        num_items: u32,
    }
}

structure! {
    MvSizedStringBuffer {
        data: *mut u8,
        size: u32,
        length: *mut u32,
    }
}

structure! {
    MvConfigResponseReadItemParams {
        item_index: u32,
        result: *mut MvConfigKeyFetchResult,
        buf: MvSizedStringBuffer,
    }
}

structure! {
    MvUsernamePassword {
        username: MvSizedString,
        password: MvSizedString,
    }
}

structure! {
    MvMqttAuthentication {
        method: MvMqttAuthenticationMethod,
        username_password: MvUsernamePassword,
    }
}

structure! {
    MvTlsCertificateChain {
        num_certs: u32,
        certs: *const MvSizedString,
    }
}

structure! {
    MvOwnTlsCertificateChain {
        chain: MvTlsCertificateChain,
        key: MvSizedString,
    }
}

structure! {
    MvTlsCredentials {
        cacert: MvTlsCertificateChain,
        clientcert: MvOwnTlsCertificateChain,
    }
}

structure! {
    MvMqttWill {
        topic: MvSizedString,
        payload: MvSizedString,
        qos: u32,
        retain: u8,
    }
}

structure! {
    MvMqttConnectRequest {
        protocol_version: MvMqttProtocolVersion,
        host: MvSizedString,
        port: u16,
        clientid: MvSizedString,
        authentication: MvMqttAuthentication,
        tls_credentials: *const MvTlsCredentials,
        keepalive: u32,
        clean_start: u8,
        will: *const MvMqttWill,
    }
}

structure! {
    MvMqttConnectResponse {
        request_state: MvMqttRequestState,
        reason_code: u32,
    }
}

structure! {
    MvMqttSubscription {
        topic: MvSizedString,
        desired_qos: u32,
        nl: u32,
        rap: u32,
        rh: u32,
    }
}

structure! {
    MvMqttSubscribeRequest {
        correlation_id: u32,
        subscriptions: *const MvMqttSubscription,
        num_subscriptions: u32,
    }
}

structure! {
    MvMqttSubscribeResponse {
        request_state: *mut MvMqttRequestState,
        correlation_id: *mut u32,
        reason_codes: *mut u32,
        reason_codes_size: u32,
        reason_codes_len: *mut u32,
    }
}

structure! {
    MvMqttUnsubscribeRequest {
        correlation_id: u32,
        topics: *const MvSizedString,
        num_topics: u32,
    }
}

structure! {
    MvMqttUnsubscribeResponse {
        request_state: *mut MvMqttRequestState,
        correlation_id: *mut u32,
        reason_codes: *mut u32,
        reason_codes_size: u32,
        reason_codes_len: *mut u32,
    }
}

structure! {
    MvMqttPublishRequest {
        correlation_id: u32,
        topic: MvSizedString,
        payload: MvSizedString,
        desired_qos: u32,
        retain: u32,
    }
}

structure! {
    MvMqttPublishResponse {
        request_state: MvMqttRequestState,
        correlation_id: u32,
        reason_code: u32,
    }
}

structure! {
    MvMqttMessage {
        correlation_id: *mut u32,
        topic: MvSizedStringBuffer,
        payload: MvSizedStringBuffer,
        qos: *mut u32,
        retain: *mut u8,
    }
}

structure! {
    MvMqttLostMessageInfo {
        reason: *mut MvMqttLostMessageReason,
        topic: MvSizedStringBuffer,
        message_len: *mut u32,
    }
}

structure! {
    MvMqttDisconnectResponse {
        request_state: MvMqttRequestState,
        disconnect_code: u32,
    }
}

structure! {
    MvOpenSystemNotificationParams {
        notification_handle: MvNotificationHandle,
        notification_tag: u32,
        notification_source: MvSystemNotificationSource,
    }
}

structure! {
    MvExternalFlashInfoV1 {
        chip_id: u32,
        size: u32,
        num_handles: u32,
    }
}

structure! {
    MvExternalFlashInfo {
        version: u32,
        v1: MvExternalFlashInfoV1,
    }
}

structure! {
    MvWifiConfigV1 {
        config_mode: MvWifiConfigMode,
        wifi_ssid: MvSizedString,
        wifi_password: MvSizedString,
    }
}

structure! {
    MvWifiConfig {
        version: u32,
        v1: MvWifiConfigV1,
    }
}

structure! {
    MvWifiConfigOutV1 {
        ssid: MvSizedStringBuffer,
        has_encryption: *mut u8,
    }
}

structure! {
    MvWifiConfigOut {
        version: u32,
        v1: MvWifiConfigOutV1,
    }
}

// ---- Layout ----

#[cfg(target_pointer_width = "32")]
const _: () = {
    use core::mem::{align_of, size_of};
    assert!(size_of::<MvNotification>() == 16 && align_of::<MvNotification>() == 8);
    assert!(size_of::<MvNotificationSetup>() == 12 && align_of::<MvNotificationSetup>() == 4);
    assert!(size_of::<MvRequestNetworkParams>() == 12 && align_of::<MvRequestNetworkParams>() == 4);
    assert!(size_of::<MvSizedString>() == 8 && align_of::<MvSizedString>() == 4);
    assert!(size_of::<MvOpenChannelParams>() == 44 && align_of::<MvOpenChannelParams>() == 4);
    assert!(size_of::<MvHttpHeader>() == 8 && align_of::<MvHttpHeader>() == 4);
    assert!(size_of::<MvHttpRequest>() == 36 && align_of::<MvHttpRequest>() == 4);
    assert!(size_of::<MvHttpResponseData>() == 16 && align_of::<MvHttpResponseData>() == 4);
    assert!(size_of::<MvConfigKeyToFetch>() == 16 && align_of::<MvConfigKeyToFetch>() == 4);
    assert!(size_of::<MvConfigKeyFetchParams>() == 8 && align_of::<MvConfigKeyFetchParams>() == 4);
    assert!(size_of::<MvConfigResponseData>() == 8 && align_of::<MvConfigResponseData>() == 4);
    assert!(size_of::<MvSizedStringBuffer>() == 12 && align_of::<MvSizedStringBuffer>() == 4);
    assert!(size_of::<MvConfigResponseReadItemParams>() == 20 && align_of::<MvConfigResponseReadItemParams>() == 4);
    assert!(size_of::<MvUsernamePassword>() == 16 && align_of::<MvUsernamePassword>() == 4);
    assert!(size_of::<MvMqttAuthentication>() == 20 && align_of::<MvMqttAuthentication>() == 4);
    assert!(size_of::<MvTlsCertificateChain>() == 8 && align_of::<MvTlsCertificateChain>() == 4);
    assert!(size_of::<MvOwnTlsCertificateChain>() == 16 && align_of::<MvOwnTlsCertificateChain>() == 4);
    assert!(size_of::<MvTlsCredentials>() == 24 && align_of::<MvTlsCredentials>() == 4);
    assert!(size_of::<MvMqttWill>() == 24 && align_of::<MvMqttWill>() == 4);
    assert!(size_of::<MvMqttConnectRequest>() == 60 && align_of::<MvMqttConnectRequest>() == 4);
    assert!(size_of::<MvMqttConnectResponse>() == 8 && align_of::<MvMqttConnectResponse>() == 4);
    assert!(size_of::<MvMqttSubscription>() == 24 && align_of::<MvMqttSubscription>() == 4);
    assert!(size_of::<MvMqttSubscribeRequest>() == 12 && align_of::<MvMqttSubscribeRequest>() == 4);
    assert!(size_of::<MvMqttSubscribeResponse>() == 20 && align_of::<MvMqttSubscribeResponse>() == 4);
    assert!(size_of::<MvMqttUnsubscribeRequest>() == 12 && align_of::<MvMqttUnsubscribeRequest>() == 4);
    assert!(size_of::<MvMqttUnsubscribeResponse>() == 20 && align_of::<MvMqttUnsubscribeResponse>() == 4);
    assert!(size_of::<MvMqttPublishRequest>() == 28 && align_of::<MvMqttPublishRequest>() == 4);
    assert!(size_of::<MvMqttPublishResponse>() == 12 && align_of::<MvMqttPublishResponse>() == 4);
    assert!(size_of::<MvMqttMessage>() == 36 && align_of::<MvMqttMessage>() == 4);
    assert!(size_of::<MvMqttLostMessageInfo>() == 20 && align_of::<MvMqttLostMessageInfo>() == 4);
    assert!(size_of::<MvMqttDisconnectResponse>() == 8 && align_of::<MvMqttDisconnectResponse>() == 4);
    assert!(size_of::<MvOpenSystemNotificationParams>() == 12 && align_of::<MvOpenSystemNotificationParams>() == 4);
    assert!(size_of::<MvExternalFlashInfo>() == 16 && align_of::<MvExternalFlashInfo>() == 4);
    assert!(size_of::<MvWifiConfig>() == 24 && align_of::<MvWifiConfig>() == 4);
    assert!(size_of::<MvWifiConfigOut>() == 20 && align_of::<MvWifiConfigOut>() == 4);
};

// ---- Time, clocks and identity ----

#[link(wasm_import_module = "env")]
extern "C" {
    /// Does nothing.
    pub fn mvNoOp() -> MvStatus;

    /// Microseconds since the device booted.
    /// Fails with PARAMETERFAULT.
    pub fn mvGetMicroseconds(ms: *mut u64) -> MvStatus;

    /// Microseconds since 1970; TIMENOTSET until the first connection has set the clock.
    /// Fails with PARAMETERFAULT, TIMENOTSET.
    pub fn mvGetWallTime(usec: *mut u64) -> MvStatus;

    /// The frequency of SYSCLK.
    /// Fails with PARAMETERFAULT.
    pub fn mvGetSysClk(hz: *mut u32) -> MvStatus;

    /// The frequency of HCLK.
    /// Fails with PARAMETERFAULT.
    pub fn mvGetHClk(hz: *mut u32) -> MvStatus;

    /// The frequency of PCLK1.
    /// Fails with PARAMETERFAULT.
    pub fn mvGetPClk1(hz: *mut u32) -> MvStatus;

    /// The frequency of PCLK2.
    /// Fails with PARAMETERFAULT.
    pub fn mvGetPClk2(hz: *mut u32) -> MvStatus;

    /// The device's SID: exactly 34 characters without a terminating zero.
    /// Fails with PARAMETERFAULT, INVALIDBUFFERSIZE.
    pub fn mvGetDeviceId(buf: *mut u8, len: u32) -> MvStatus;
}

// ---- Notifications ----

#[link(wasm_import_module = "env")]
extern "C" {
    /// Creates a notification centre: a ring of records in your memory, and an interrupt.
    /// Fails with PARAMETERFAULT, INVALIDBUFFERSIZE, BUFFERALREADYINUSE, INVALIDINTERRUPT, TOOMANYNOTIFICATIONBUFFERS.
    pub fn mvSetupNotifications(notifications: *const MvNotificationSetup, handle_out: *mut MvNotificationHandle) -> MvStatus;

    /// Closes a notification centre; what still reports to it is dropped.
    /// Fails with PARAMETERFAULT, INVALIDHANDLE.
    pub fn mvCloseNotifications(handle_in_out: *mut MvNotificationHandle) -> MvStatus;

    /// Writes a record of your own choice to a centre, for tests.
    /// Fails with INVALIDHANDLE.
    pub fn mvTempTriggerNotification(handle: MvNotificationHandle, r#type: MvEventType, tag: u32) -> MvStatus;

    /// Reports the device's own events (network changes, updates) to a centre.
    /// Fails with UNAVAILABLE, PARAMETERFAULT, INVALIDHANDLE.
    pub fn mvOpenSystemNotification(params: *const MvOpenSystemNotificationParams, handle: *mut MvSystemEventHandle) -> MvStatus;

    /// Ends such reports.
    /// Fails with UNAVAILABLE, INVALIDHANDLE, PARAMETERFAULT.
    pub fn mvCloseSystemNotification(handle: *mut MvSystemEventHandle) -> MvStatus;
}

// ---- Network ----

#[link(wasm_import_module = "env")]
extern "C" {
    /// Asks for the network; the outcome is a notification.
    /// Fails with PARAMETERFAULT, UNSUPPORTEDSTRUCTUREVERSION, INVALIDHANDLE.
    pub fn mvRequestNetwork(params: *const MvRequestNetworkParams, handle: *mut MvNetworkHandle) -> MvStatus;

    /// Gives the network back; without any request left the device goes offline.
    /// Fails with PARAMETERFAULT, INVALIDHANDLE, UNSUPPORTEDSTRUCTUREVERSION.
    pub fn mvReleaseNetwork(handle: *mut MvNetworkHandle) -> MvStatus;

    /// Whether the network is there.
    /// Fails with PARAMETERFAULT, INVALIDHANDLE.
    pub fn mvGetNetworkStatus(handle: MvNetworkHandle, status: *mut MvNetworkStatus) -> MvStatus;

    /// Why the device is connected (a set of bits), and how many requests there are.
    /// Fails with PARAMETERFAULT.
    pub fn mvGetNetworkReasons(reasons: *mut MvNetworkReason, request_ref_count: *mut u32) -> MvStatus;
}

// ---- Channels ----

#[link(wasm_import_module = "env")]
extern "C" {
    /// Opens a channel of one of four types on two buffers that belong to the kernel until it closes.
    /// Fails with PARAMETERFAULT, INVALIDHANDLE, INVALIDBUFFERALIGNMENT, INVALIDBUFFERSIZE, UNKNOWNCHANNELENDPOINT, UNKNOWNCHANNELTYPE, NETWORKNOTCONNECTED, RATELIMITED, UNAVAILABLE, TOOMANYCHANNELS, BUFFERALREADYINUSE, UNSUPPORTEDSTRUCTUREVERSION.
    pub fn mvOpenChannel(params: *const MvOpenChannelParams, handle: *mut MvChannelHandle) -> MvStatus;

    /// Closes a channel, an open or a dead one, and gives its buffers back.
    /// Fails with PARAMETERFAULT, INVALIDHANDLE.
    pub fn mvCloseChannel(handle: *mut MvChannelHandle) -> MvStatus;

    /// Why a channel is closed; works for dead and for closed channels.
    /// Fails with PARAMETERFAULT, INVALIDHANDLE.
    pub fn mvGetChannelClosureReason(handle: MvChannelHandle, reason_out: *mut MvClosureReason) -> MvStatus;

    /// Opaque bytes: where the received bytes are, and how many.
    /// Fails with PARAMETERFAULT, INVALIDHANDLE, CHANNELCLOSED.
    pub fn mvReadChannel(handle: MvChannelHandle, read_pointer_out: *mut *mut u8, length_out: *mut u32) -> MvStatus;

    /// Opaque bytes: gives back that many of the received bytes.
    /// Fails with INVALIDHANDLE, CHANNELCLOSED.
    pub fn mvReadChannelComplete(handle: MvChannelHandle, consumed: u32) -> MvStatus;

    /// Opaque bytes: sends all of the data or nothing.
    /// Fails with INVALIDBUFFERSIZE, INVALIDHANDLE, PARAMETERFAULT, LATEFAULT, CHANNELCLOSED.
    pub fn mvWriteChannel(handle: MvChannelHandle, data: *const u8, len: u32, available: *mut u32) -> MvStatus;

    /// Opaque bytes: sends as much of the data as there is room for.
    /// Fails with INVALIDHANDLE, PARAMETERFAULT, LATEFAULT, CHANNELCLOSED.
    pub fn mvWriteChannelStream(handle: MvChannelHandle, data: *const u8, len: u32, written: *mut u32) -> MvStatus;
}

// ---- Config fetch ----

#[link(wasm_import_module = "env")]
extern "C" {
    /// Asks for up to 32 configs and secrets: one request a channel.
    /// Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, INVALIDBUFFERSIZE, CHANNELCLOSED, REQUESTALREADYSENT, REQUIREDELEMENTMISSING, TOOMANYCONFIGKEYS, UNKNOWNCONFIGSCOPE, UNKNOWNCONFIGSTORE, INVALIDCONFIGKEY.
    pub fn mvSendConfigFetchRequest(handle: MvChannelHandle, request: *const MvConfigKeyFetchParams) -> MvStatus;

    /// The response as a whole: whether it succeeded, and how many items it has.
    /// Fails with PARAMETERFAULT, CHANNELCLOSED, INVALIDHANDLE, RESPONSENOTPRESENT.
    pub fn mvReadConfigFetchResponseData(handle: MvChannelHandle, response_data: *mut MvConfigResponseData) -> MvStatus;

    /// One item of the response: its result and its value.
    /// Fails with PARAMETERFAULT, INVALIDHANDLE, RESPONSENOTPRESENT, CHANNELCLOSED, INDEXINVALID, REQUESTUNSUCCESSFUL.
    pub fn mvReadConfigResponseItem(handle: MvChannelHandle, params: *const MvConfigResponseReadItemParams) -> MvStatus;
}

// ---- HTTP ----

#[link(wasm_import_module = "env")]
extern "C" {
    /// Sends an HTTP request: one a channel.
    /// Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, INVALIDBUFFERSIZE, TOOMANYELEMENTS, CHANNELCLOSED, REQUESTALREADYSENT.
    pub fn mvSendHttpRequest(handle: MvChannelHandle, request: *const MvHttpRequest) -> MvStatus;

    /// The response as a whole: result, status code, number of headers, length of the body.
    /// Fails with PARAMETERFAULT, INVALIDHANDLE, RESPONSENOTPRESENT, CHANNELCLOSED.
    pub fn mvReadHttpResponseData(handle: MvChannelHandle, response_data: *mut MvHttpResponseData) -> MvStatus;

    /// One header of the response.
    /// Fails with PARAMETERFAULT, INVALIDHANDLE, RESPONSENOTPRESENT, CHANNELCLOSED, INDEXINVALID.
    pub fn mvReadHttpResponseHeader(handle: MvChannelHandle, header_index: u32, buf: *mut u8, size: u32) -> MvStatus;

    /// A part of the response's body.
    /// Fails with PARAMETERFAULT, INVALIDHANDLE, RESPONSENOTPRESENT, CHANNELCLOSED, OFFSETINVALID.
    pub fn mvReadHttpResponseBody(handle: MvChannelHandle, offset: u32, buf: *mut u8, size: u32) -> MvStatus;
}

// ---- MQTT ----

#[link(wasm_import_module = "env")]
extern "C" {
    /// What is to be read next.
    /// Fails with PARAMETERFAULT, INVALIDHANDLE, CHANNELCLOSED.
    pub fn mvMqttGetNextReadableDataType(handle: MvChannelHandle, data_type: *mut MvMqttReadableDataType) -> MvStatus;

    /// Connects to a broker.
    /// Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED, REQUESTALREADYSENT, INVALIDAUTHENTICATION, TOOMANYELEMENTS, REQUIREDELEMENTMISSING.
    pub fn mvMqttRequestConnect(handle: MvChannelHandle, request: *const MvMqttConnectRequest) -> MvStatus;

    /// The broker's answer to a connect request.
    /// Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED.
    pub fn mvMqttReadConnectResponse(handle: MvChannelHandle, response_data: *mut MvMqttConnectResponse) -> MvStatus;

    /// Subscribes to topics.
    /// Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED, RATELIMITED, TOOMANYELEMENTS.
    pub fn mvMqttRequestSubscribe(handle: MvChannelHandle, request: *const MvMqttSubscribeRequest) -> MvStatus;

    /// The broker's answer to a subscribe request.
    /// Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED, INVALIDBUFFERSIZE.
    pub fn mvMqttReadSubscribeResponse(handle: MvChannelHandle, response_data: *const MvMqttSubscribeResponse) -> MvStatus;

    /// Unsubscribes from topics.
    /// Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED, RATELIMITED, TOOMANYELEMENTS.
    pub fn mvMqttRequestUnsubscribe(handle: MvChannelHandle, request: *const MvMqttUnsubscribeRequest) -> MvStatus;

    /// The broker's answer to an unsubscribe request.
    /// Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED, INVALIDBUFFERSIZE.
    pub fn mvMqttReadUnsubscribeResponse(handle: MvChannelHandle, response_data: *const MvMqttUnsubscribeResponse) -> MvStatus;

    /// Publishes a message.
    /// Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED, RATELIMITED.
    pub fn mvMqttRequestPublish(handle: MvChannelHandle, request: *const MvMqttPublishRequest) -> MvStatus;

    /// The broker's answer to a publish request.
    /// Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED.
    pub fn mvMqttReadPublishResponse(handle: MvChannelHandle, response_data: *mut MvMqttPublishResponse) -> MvStatus;

    /// Reads a message that has arrived.
    /// Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED, INVALIDBUFFERSIZE.
    pub fn mvMqttReceiveMessage(handle: MvChannelHandle, message_data: *const MvMqttMessage) -> MvStatus;

    /// Reads about a message that was too large for the receive buffer.
    /// Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED, INVALIDBUFFERSIZE.
    pub fn mvMqttReceiveLostMessageInfo(handle: MvChannelHandle, lost_message_info: *const MvMqttLostMessageInfo) -> MvStatus;

    /// Acknowledges a message.
    /// Fails with INVALIDHANDLE, CHANNELCLOSED, RATELIMITED.
    pub fn mvMqttAcknowledgeMessage(handle: MvChannelHandle, correlation_id: u32) -> MvStatus;

    /// Disconnects from the broker.
    /// Fails with INVALIDHANDLE, CHANNELCLOSED, RATELIMITED.
    pub fn mvMqttRequestDisconnect(handle: MvChannelHandle) -> MvStatus;

    /// The outcome of a disconnection.
    /// Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED.
    pub fn mvMqttReadDisconnectResponse(handle: MvChannelHandle, response_data: *mut MvMqttDisconnectResponse) -> MvStatus;
}

// ---- Logging and test runs ----

#[link(wasm_import_module = "env")]
extern "C" {
    /// Gives the log its buffer.
    /// Fails with PARAMETERFAULT, INVALIDBUFFERALIGNMENT, INVALIDBUFFERSIZE, BUFFERALREADYINUSE.
    pub fn mvServerLoggingInit(buffer: *mut u8, length_bytes: u32) -> MvStatus;

    /// Logs a message to the server.
    /// Fails with UNAVAILABLE, PARAMETERFAULT, INVALIDBUFFERSIZE, LOGMESSAGETOOLONG, LOGGINGDISABLEDBYSERVER.
    pub fn mvServerLog(message: *const u8, length_bytes: u16) -> MvStatus;

    /// Test mode: gives the test log its buffer.
    /// Fails with PARAMETERFAULT, INVALIDBUFFERALIGNMENT, INVALIDBUFFERSIZE, UNAVAILABLE, BUFFERALREADYINUSE.
    pub fn mvTestLoggingInit(buffer: *mut u8, length_bytes: u32) -> MvStatus;

    /// Test mode: logs a message.
    /// Fails with UNAVAILABLE, PARAMETERFAULT, INVALIDBUFFERSIZE, LOGMESSAGETOOLONG.
    pub fn mvTestLog(message: *const u8, length_bytes: u16) -> MvStatus;

    /// Test mode: ends the run with a status.
    /// Fails with UNAVAILABLE.
    pub fn mvTestingComplete(status: u32) -> MvStatus;
}

// ---- Power and restart ----

#[link(wasm_import_module = "env")]
extern "C" {
    /// Sleeps until an interrupt, in a mode that saves power.
    /// Fails with UNAVAILABLE, PARAMETERFAULT, MICROVISORBUSY.
    pub fn mvPowerSave(mode: MvPowerSavingMode) -> MvStatus;

    /// Switches off until an alarm or a check-in; RAM is lost.
    /// Fails with UNAVAILABLE, PARAMETERFAULT, MICROVISORBUSY.
    pub fn mvDeepSleep(mode: MvDeepSleepMode) -> MvStatus;

    /// Why the device booted.
    /// Fails with UNAVAILABLE, PARAMETERFAULT.
    pub fn mvGetWakeReason(mode: *mut MvWakeReason) -> MvStatus;

    /// Boots again, and applies an update that is there.
    /// Fails with UNAVAILABLE, PARAMETERFAULT, MICROVISORBUSY.
    pub fn mvRestart(mode: MvRestartMode) -> MvStatus;

    /// Leaves the system LED to the kernel (1) or switches it off (0).
    /// Fails with UNAVAILABLE.
    pub fn mvSystemLedEnable(enable: u32) -> MvStatus;
}

// ---- Peripherals and fast interrupts ----

#[link(wasm_import_module = "env")]
extern "C" {
    /// Reads a register that the application can't reach itself.
    /// Fails with PERIPHERALACCESSFAULT, PARAMETERFAULT.
    pub fn mvPeriphPeek32(reg: u32, output: *mut u32) -> MvStatus;

    /// Changes such a register to (old & ~mask) ^ xorvalue, in the bits that are the application's.
    /// Fails with PERIPHERALACCESSFAULT.
    pub fn mvPeriphPoke32(reg: u32, mask: u32, xorvalue: u32) -> MvStatus;

    /// Makes an interrupt a fast one: it comes before everything else.
    /// Fails with INVALIDINTERRUPT, INVALIDVECTOR, UNAVAILABLE.
    pub fn mvSetFastInterrupt(irqn: u32) -> MvStatus;

    /// Makes a fast interrupt an ordinary one again.
    /// Fails with INVALIDINTERRUPT, UNAVAILABLE.
    pub fn mvClearFastInterrupt(irqn: u32) -> MvStatus;

    /// Enables a fast interrupt.
    /// Fails with INVALIDINTERRUPT, UNAVAILABLE.
    pub fn mvEnableFastInterrupt(irqn: u32) -> MvStatus;

    /// Disables a fast interrupt.
    /// Fails with INVALIDINTERRUPT, UNAVAILABLE.
    pub fn mvDisableFastInterrupt(irqn: u32) -> MvStatus;

    /// Unmasks the enabled fast interrupts.
    pub fn mvEnableAllFastInterrupts() -> MvStatus;

    /// Masks the enabled fast interrupts.
    pub fn mvDisableAllFastInterrupts() -> MvStatus;
}

// ---- External flash ----

#[link(wasm_import_module = "env")]
extern "C" {
    /// Opens the external flash.
    /// Fails with UNAVAILABLE, PARAMETERFAULT, TOOMANYCHANNELS.
    pub fn mvExternalFlashOpen(handle: *mut MvExternalFlashHandle) -> MvStatus;

    /// Chip id, size and number of open handles.
    /// Fails with UNAVAILABLE, PARAMETERFAULT, INVALIDHANDLE, UNSUPPORTEDSTRUCTUREVERSION.
    pub fn mvExternalFlashGetInfo(handle: MvExternalFlashHandle, info: *mut MvExternalFlashInfo) -> MvStatus;

    /// Reads bytes.
    /// Fails with UNAVAILABLE, PARAMETERFAULT, INVALIDHANDLE, ADDRESSOUTOFRANGE.
    pub fn mvExternalFlashReadBlocking(handle: MvExternalFlashHandle, address: u32, length: u32, buffer: *mut u8) -> MvStatus;

    /// Writes bytes; writing can only clear bits.
    /// Fails with UNAVAILABLE, PARAMETERFAULT, INVALIDHANDLE, ADDRESSOUTOFRANGE.
    pub fn mvExternalFlashWriteBlocking(handle: MvExternalFlashHandle, address: u32, length: u32, buffer: *const u8) -> MvStatus;

    /// Erases blocks of 4096 bytes.
    /// Fails with UNAVAILABLE, PARAMETERFAULT, INVALIDHANDLE, ADDRESSOUTOFRANGE, INVALIDBUFFERALIGNMENT.
    pub fn mvExternalFlashEraseBlocking(handle: MvExternalFlashHandle, address: u32, length: u32) -> MvStatus;

    /// Closes the external flash.
    /// Fails with UNAVAILABLE, INVALIDHANDLE, PARAMETERFAULT.
    pub fn mvExternalFlashClose(handle: *mut MvExternalFlashHandle) -> MvStatus;
}

// ---- Wi-Fi ----

#[link(wasm_import_module = "env")]
extern "C" {
    /// Stores or clears the Wi-Fi network to use.
    pub fn mvSetWifiConfig(params: *const MvWifiConfig) -> MvStatus;

    /// The Wi-Fi network in use.
    pub fn mvGetWifiConfig(params: *const MvWifiConfigOut) -> MvStatus;
}

// ---- The MCU, with CMSIS's names ----

enumeration! {
    IRQn_Type: i32 {
        Reset_IRQn = -15,
        NonMaskableInt_IRQn = -14,
        HardFault_IRQn = -13,
        MemoryManagement_IRQn = -12,
        BusFault_IRQn = -11,
        UsageFault_IRQn = -10,
        SecureFault_IRQn = -9,
        SVCall_IRQn = -5,
        DebugMonitor_IRQn = -4,
        PendSV_IRQn = -2,
        SysTick_IRQn = -1,
        WWDG_IRQn = 0,
        PVD_PVM_IRQn = 1,
        RTC_IRQn = 2,
        RTC_S_IRQn = 3,
        TAMP_IRQn = 4,
        RAMCFG_IRQn = 5,
        FLASH_IRQn = 6,
        FLASH_S_IRQn = 7,
        GTZC_IRQn = 8,
        RCC_IRQn = 9,
        RCC_S_IRQn = 10,
        EXTI0_IRQn = 11,
        EXTI1_IRQn = 12,
        EXTI2_IRQn = 13,
        EXTI3_IRQn = 14,
        EXTI4_IRQn = 15,
        EXTI5_IRQn = 16,
        EXTI6_IRQn = 17,
        EXTI7_IRQn = 18,
        EXTI8_IRQn = 19,
        EXTI9_IRQn = 20,
        EXTI10_IRQn = 21,
        EXTI11_IRQn = 22,
        EXTI12_IRQn = 23,
        EXTI13_IRQn = 24,
        EXTI14_IRQn = 25,
        EXTI15_IRQn = 26,
        IWDG_IRQn = 27,
        SAES_IRQn = 28,
        GPDMA1_Channel0_IRQn = 29,
        GPDMA1_Channel1_IRQn = 30,
        GPDMA1_Channel2_IRQn = 31,
        GPDMA1_Channel3_IRQn = 32,
        GPDMA1_Channel4_IRQn = 33,
        GPDMA1_Channel5_IRQn = 34,
        GPDMA1_Channel6_IRQn = 35,
        GPDMA1_Channel7_IRQn = 36,
        ADC1_IRQn = 37,
        DAC1_IRQn = 38,
        FDCAN1_IT0_IRQn = 39,
        FDCAN1_IT1_IRQn = 40,
        TIM1_BRK_IRQn = 41,
        TIM1_UP_IRQn = 42,
        TIM1_TRG_COM_IRQn = 43,
        TIM1_CC_IRQn = 44,
        TIM2_IRQn = 45,
        TIM3_IRQn = 46,
        TIM4_IRQn = 47,
        TIM5_IRQn = 48,
        TIM6_IRQn = 49,
        TIM7_IRQn = 50,
        TIM8_BRK_IRQn = 51,
        TIM8_UP_IRQn = 52,
        TIM8_TRG_COM_IRQn = 53,
        TIM8_CC_IRQn = 54,
        I2C1_EV_IRQn = 55,
        I2C1_ER_IRQn = 56,
        I2C2_EV_IRQn = 57,
        I2C2_ER_IRQn = 58,
        SPI1_IRQn = 59,
        SPI2_IRQn = 60,
        USART1_IRQn = 61,
        USART2_IRQn = 62,
        USART3_IRQn = 63,
        UART4_IRQn = 64,
        UART5_IRQn = 65,
        LPUART1_IRQn = 66,
        LPTIM1_IRQn = 67,
        LPTIM2_IRQn = 68,
        TIM15_IRQn = 69,
        TIM16_IRQn = 70,
        TIM17_IRQn = 71,
        COMP_IRQn = 72,
        OTG_FS_IRQn = 73,
        CRS_IRQn = 74,
        FMC_IRQn = 75,
        OCTOSPI1_IRQn = 76,
        PWR_S3WU_IRQn = 77,
        SDMMC1_IRQn = 78,
        SDMMC2_IRQn = 79,
        GPDMA1_Channel8_IRQn = 80,
        GPDMA1_Channel9_IRQn = 81,
        GPDMA1_Channel10_IRQn = 82,
        GPDMA1_Channel11_IRQn = 83,
        GPDMA1_Channel12_IRQn = 84,
        GPDMA1_Channel13_IRQn = 85,
        GPDMA1_Channel14_IRQn = 86,
        GPDMA1_Channel15_IRQn = 87,
        I2C3_EV_IRQn = 88,
        I2C3_ER_IRQn = 89,
        SAI1_IRQn = 90,
        SAI2_IRQn = 91,
        TSC_IRQn = 92,
        AES_IRQn = 93,
        RNG_IRQn = 94,
        FPU_IRQn = 95,
        HASH_IRQn = 96,
        PKA_IRQn = 97,
        LPTIM3_IRQn = 98,
        SPI3_IRQn = 99,
        I2C4_ER_IRQn = 100,
        I2C4_EV_IRQn = 101,
        MDF1_FLT0_IRQn = 102,
        MDF1_FLT1_IRQn = 103,
        MDF1_FLT2_IRQn = 104,
        MDF1_FLT3_IRQn = 105,
        UCPD1_IRQn = 106,
        ICACHE_IRQn = 107,
        OTFDEC1_IRQn = 108,
        OTFDEC2_IRQn = 109,
        LPTIM4_IRQn = 110,
        DCACHE1_IRQn = 111,
        ADF1_IRQn = 112,
        ADC4_IRQn = 113,
        LPDMA1_Channel0_IRQn = 114,
        LPDMA1_Channel1_IRQn = 115,
        LPDMA1_Channel2_IRQn = 116,
        LPDMA1_Channel3_IRQn = 117,
        DMA2D_IRQn = 118,
        DCMI_PSSI_IRQn = 119,
        OCTOSPI2_IRQn = 120,
        MDF1_FLT4_IRQn = 121,
        MDF1_FLT5_IRQn = 122,
        CORDIC_IRQn = 123,
        FMAC_IRQn = 124,
    }
}

#[link(wasm_import_module = "env")]
extern "C" {
    /// Sleeps until an enabled interrupt is pending that may interrupt what runs, even one that PRIMASK masks.
    pub fn __WFI();

    /// Sets PRIMASK: no handler is entered until it is cleared.
    pub fn __disable_irq();

    /// Clears PRIMASK; what is pending is taken before it returns.
    pub fn __enable_irq();

    /// 1 while interrupts are masked, else 0.
    pub fn __get_PRIMASK() -> u32;

    /// Sets PRIMASK to bit 0 of its argument.
    pub fn __set_PRIMASK(priMask: u32);

    /// Enables an interrupt line; if it is pending, its handler runs.
    pub fn NVIC_EnableIRQ(IRQn: IRQn_Type);

    /// Disables an interrupt line; it can still become pending.
    pub fn NVIC_DisableIRQ(IRQn: IRQn_Type);

    /// 1 if the line is enabled, else 0.
    pub fn NVIC_GetEnableIRQ(IRQn: IRQn_Type) -> u32;

    /// Makes an interrupt pending.
    pub fn NVIC_SetPendingIRQ(IRQn: IRQn_Type);

    /// Takes the pending state away.
    pub fn NVIC_ClearPendingIRQ(IRQn: IRQn_Type);

    /// 1 if the interrupt is pending, else 0.
    pub fn NVIC_GetPendingIRQ(IRQn: IRQn_Type) -> u32;

    /// Sets a priority: 0 is the most urgent, 15 the least; negative numbers are the core's exceptions.
    pub fn NVIC_SetPriority(IRQn: IRQn_Type, priority: u32);

    /// The priority of a line or exception.
    pub fn NVIC_GetPriority(IRQn: IRQn_Type) -> u32;

    /// Boots the device again.
    pub fn NVIC_SystemReset() -> !;

    /// Calls SysTick_Handler every so many ticks of 160 MHz; answers 1, and changes nothing, above 2^24 ticks or for 0.
    pub fn SysTick_Config(ticks: u32) -> u32;
}

// ---- GPIO and UART ----

/// The number of a pin: `MCU_PIN('A', 5)` is PA5.
pub const fn MCU_PIN(port: char, pin: u32) -> u32 {
    (port as u32 - 'A' as u32) * 16 + pin
}

#[link(wasm_import_module = "env")]
extern "C" {
    /// Makes a pin an input (mode 0) or an output (1), with no resistor (pull 0), one to 1 (1) or one to 0 (2).
    pub fn mcu_gpio_configure(pin: u32, mode: u32, pull: u32);

    /// Sets a pin to 0 or 1; it is an output from then on.
    pub fn mcu_gpio_write(pin: u32, level: u32);

    /// The level of a pin: 0 or 1.
    pub fn mcu_gpio_read(pin: u32) -> u32;

    /// Which edges of a pin make the EXTI interrupt of its number pending: 1 rising, 2 falling, 3 both, 0 none.
    pub fn mcu_gpio_interrupt(pin: u32, edges: u32);

    /// Sends bytes over the UART (USART2).
    pub fn mcu_uart_write(data: *const u8, length: u32);

    /// Takes up to so many received bytes, and answers how many.
    pub fn mcu_uart_read(buffer: *mut u8, length: u32) -> u32;

    /// How many received bytes wait.
    pub fn mcu_uart_available() -> u32;

    /// Whether received bytes make the interrupt of USART2 pending (1) or not (0).
    pub fn mcu_uart_interrupt(enable: u32);
}
