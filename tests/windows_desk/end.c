/* Asks the app to end as its installer does: by the event that it waits for. Compiled by windows_desk/pc.rs. */
#include <windows.h>

int main(void) {
    HANDLE event = OpenEventW(EVENT_MODIFY_STATE, FALSE, L"app.tillbell.desktop-end");
    return event && SetEvent(event) ? 0 : 1;
}
