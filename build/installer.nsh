; Taken by electron-builder into the installer for Windows. The command of the program goes into the folder of commands that
; every user of Windows 10 and newer has in the path, so the path itself stays as it is.
!define COMMAND_FILE "$PROFILE\AppData\Local\Microsoft\WindowsApps\video-inbox.cmd"

!macro customInstall
  FileOpen $0 "${COMMAND_FILE}" w
  FileWrite $0 '@"$INSTDIR\${APP_EXECUTABLE_FILENAME}" %*$\r$\n'
  FileClose $0
!macroend

!macro customUnInstall
  Delete "${COMMAND_FILE}"
!macroend
